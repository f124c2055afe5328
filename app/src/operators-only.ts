import { UnauthenticatedError, type Viewer } from "@crossdock/domain";
import { authenticate, IdentityUnavailableError, type VerifyToken } from "@crossdock/gateway";
import type { FastifyInstance, FastifyRequest } from "fastify";

const OPERATOR_SCOPE = "operations:write";
const operators = new WeakMap<FastifyRequest, Viewer>();

/** Refuses everybody but operators at all routes of this scope: 401, 403, or 503 when nobody can say who asks. */
export function letOperatorsOnly(scope: FastifyInstance, verifyToken: VerifyToken): void {
  scope.addHook("onRequest", async (request, reply) => {
    try {
      const viewer = await authenticate(request.headers.authorization, verifyToken);
      if (viewer === null) {
        return await reply.code(401).send({ message: "This needs an operator's token." });
      }
      if (!viewer.scopes.includes(OPERATOR_SCOPE)) {
        return await reply.code(403).send({ message: `This needs the scope ${OPERATOR_SCOPE}.` });
      }
      operators.set(request, viewer);
      return undefined;
    } catch (error) {
      if (error instanceof UnauthenticatedError) {
        return reply.code(401).send({ message: error.message });
      }
      if (error instanceof IdentityUnavailableError) {
        return reply.code(503).send({ message: error.message });
      }
      throw error;
    }
  });
}

/** Who asks, at a route behind `letOperatorsOnly`. */
export function operatorOf(request: FastifyRequest): Viewer {
  const viewer = operators.get(request);
  if (viewer === undefined) throw new Error("This route is open to others than operators.");
  return viewer;
}
