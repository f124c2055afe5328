import process from "node:process";
import gateway from "@mercuriusjs/gateway";
import { fastify } from "fastify";

/** @mercuriusjs/gateway, which takes the subgraphs' own schemas of Federation 1 and knows no tags. */
const { subgraphs, jit } = JSON.parse(process.argv[2]);

const app = fastify();
await app.register(gateway, {
  gateway: {
    services: subgraphs.map(({ name, url, sdl }) => ({
      name,
      url,
      schema: sdl.replaceAll(' @tag(name: "public")', ""),
    })),
  },
  jit,
});
await app.listen({ port: 0, host: "127.0.0.1" });
process.send({ url: `http://127.0.0.1:${String(app.server.address().port)}/graphql` });
