// Databases of the suite's own, and what is done to them behind Waybill's back.

import pg from "pg";

export class Databases {
    constructor(url) {
        this.url = url;
        this.names = [];
    }

    urlOf(name) {
        return this.url.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
    }

    async run(name, sql, values) {
        const client = new pg.Client({connectionString: name ? this.urlOf(name) : this.url});
        await client.connect();
        try {
            return (await client.query(sql, values)).rows;
        } finally {
            await client.end();
        }
    }

    async create(name) {
        await this.run(null, `drop database if exists ${name} with (force)`);
        await this.run(null, `create database ${name}`);
        this.names.push(name);
        return this.urlOf(name);
    }

    // Nothing connects to it any more.
    async close(name) {
        await this.run(null, `alter database ${name} allow_connections false`);
        await this.run(null, "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name]);
    }

    async dropAll() {
        for (const name of this.names) await this.run(null, `drop database if exists ${name} with (force)`);
    }
}
