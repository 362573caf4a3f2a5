#pragma once

#include "tests/support/scripted_peer.hpp"

#include <atomic>
#include <mutex>
#include <string>
#include <vector>

namespace waybill::test
{

struct ReceivedMail
{
    std::string from, to; // of the envelope
    std::string head, body;

    bool says(const std::string& words) const;
};

// A mail server on loopback, without TLS.
class MailReceiver
{
public:
    MailReceiver();

    std::string url() const;                          // smtp://…
    void refuse(bool refuses) { refuses_ = refuses; } // every recipient

    std::vector<ReceivedMail> mails() const;
    int count(const std::string& words) const; // mails whose head or body has them

private:
    void serve(PeerConnection& connection);
    void take(PeerConnection& connection, ReceivedMail mail);

    std::atomic<bool> refuses_ = false;
    mutable std::mutex mutex_;
    std::vector<ReceivedMail> mails_;
    ScriptedPeer peer_;
};

} // namespace waybill::test
