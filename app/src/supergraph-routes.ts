import {
  AUDIENCES,
  SupergraphRefusedError,
  type Gateway,
  type VerifyToken,
} from "@crossdock/gateway";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { letOperatorsOnly } from "./operators-only.ts";

export type SupergraphRoutesDeps = {
  readonly gateway: Gateway;
  readonly verifyToken: VerifyToken;
};

const contractName = z.enum([...AUDIENCES, "full"]);
const contractParams = z.object({ audience: contractName });
const besideParams = z.object({ audience: contractName, other: contractName });
const supergraphBody = z.object({ supergraphSdl: z.string().min(1) });

/**
 * The supergraph of the running process, for operators: what is served (GET /supergraph), what another one
 * would break (POST /supergraph/check), and serving it (POST /supergraph); the schema that an audience has of it
 * (GET /supergraph/contracts/:audience, of which `full` is all), and how two of these differ (…/beside/:other). All of it is about this process;
 * others that share its load are asked one by one, or watch a file.
 */
export function registerSupergraph(app: FastifyInstance, deps: SupergraphRoutesDeps): void {
  const { gateway, verifyToken } = deps;
  void app.register((scope, _options, done) => {
    letOperatorsOnly(scope, verifyToken);
    scope.get("/supergraph", () => gateway.supergraph());
    scope.get("/supergraph/contracts/:audience", (request, reply) => {
      const { success, data } = contractParams.safeParse(request.params);
      if (!success) return reply.code(404).send(NO_AUDIENCE);
      return { sdl: gateway.contractSdl(data.audience) };
    });
    scope.get("/supergraph/contracts/:audience/beside/:other", (request, reply) => {
      const { success, data } = besideParams.safeParse(request.params);
      if (!success) return reply.code(404).send(NO_AUDIENCE);
      return gateway.compareContracts(data.audience, data.other);
    });
    scope.post("/supergraph/check", (request, reply) => {
      const { success, data } = supergraphBody.safeParse(request.body);
      return success ? gateway.check(data.supergraphSdl) : reply.code(400).send(NO_SUPERGRAPH);
    });
    scope.post("/supergraph", async (request, reply) => {
      const { success, data } = supergraphBody.safeParse(request.body);
      if (!success) return reply.code(400).send(NO_SUPERGRAPH);
      try {
        return await gateway.reload(data);
      } catch (error) {
        if (!(error instanceof SupergraphRefusedError)) throw error;
        return reply.code(422).send({ message: error.message });
      }
    });
    done();
  });
}

const NO_AUDIENCE = { message: `There are contracts for ${AUDIENCES.join(", ")}, and full.` };
const NO_SUPERGRAPH = { message: "The body is not { supergraphSdl } with the supergraph's text." };
