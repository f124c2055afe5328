import { readFileSync } from "node:fs";
import process from "node:process";
import { ApolloGateway } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";

/** @apollo/gateway as its documentation starts it: all other contestants are measured in it. */
const { supergraphFile } = JSON.parse(process.argv[2]);

const gateway = new ApolloGateway({ supergraphSdl: readFileSync(supergraphFile, "utf8") });
const server = new ApolloServer({ gateway });
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: "127.0.0.1" } });
process.send({ url });
