import { once } from "node:events";
import { createServer } from "node:http";
import process from "node:process";
import { createGatewayRuntime } from "@graphql-hive/gateway-runtime";

/** @graphql-hive/gateway-runtime, with its own planner or the one in Rust. */
const { supergraphFile, planner } = JSON.parse(process.argv[2]);

const rust =
  planner === "rust"
    ? { unifiedGraphHandler: (await import("@graphql-hive/router-runtime")).unifiedGraphHandler }
    : {};
const gateway = createGatewayRuntime({ supergraph: supergraphFile, logging: false, ...rust });
const server = createServer(gateway);
server.listen(0, "127.0.0.1");
await once(server, "listening");
process.send({ url: `http://127.0.0.1:${String(server.address().port)}/graphql` });
