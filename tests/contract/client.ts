// What an integrating developer would write: a client whose types come from the document. It must compile with --strict, send
// a campaign and a message, and read the refusal of a typing error.

import createClient from "openapi-fetch";
import type {paths} from "./api.js";

export async function sendSomething(baseUrl: string): Promise<string[]> {
    const waybill = createClient<paths>({baseUrl});
    const campaign = await waybill.POST("/api/campaigns", {
        params: {header: {Prefer: "respond-async"}},
        body: {restaurantName: "Luigi's", offer: "20% off", offerCode: "SAVE20", reference: "contract-1",
            recipients: [{customerName: "Ana", phoneNumber: "+15550100001"}], metadata: {wave: 2}},
    });
    if (campaign.error) throw new Error(campaign.error.error);
    const id = campaign.data.data.campaignId;
    const message = await waybill.POST("/api/messages", {body: {to: "+15550100002", body: "Your table is ready"}});
    if (message.error) throw new Error(message.error.error);
    const found = await waybill.GET("/api/messages", {params: {query: {campaign: id, limit: 10}}});
    const missing = await waybill.GET("/api/campaigns/{id}", {params: {path: {id: "none"}}});
    return [campaign.data.data.reference ?? "", message.data.to, found.data?.messages[0]?.to ?? "",
        missing.error?.code ?? ""];
}
