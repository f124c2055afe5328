import { InvalidValueError } from "@crossdock/domain";
import type { Gateway, VerifyToken } from "@crossdock/gateway";
import type { KnownUse } from "@crossdock/gateway/schema-check";
import type { ManifestDirectory, PartnerDirectory } from "@crossdock/partners";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { letOperatorsOnly } from "./operators-only.ts";
import type { UsageBook } from "./usage-book.ts";
import { USAGE_KEPT_DAYS } from "./usage-kept-days.ts";

export type SchemaRoutesDeps = {
  readonly gateway: Pick<Gateway, "supergraphSdl">;
  readonly verifyToken: VerifyToken;
  readonly usageBook: UsageBook;
  readonly manifestDirectory: Pick<ManifestDirectory, "clients" | "promotedOf">;
  readonly partners: PartnerDirectory;
};

/** What is served, and what of it is in use. */
export type SchemaInUse = { readonly supergraphSdl: string; readonly use: KnownUse };

const DEFAULT_DAYS = 30;
const question = z.object({
  days: z.coerce.number().int().min(1).max(USAGE_KEPT_DAYS).default(DEFAULT_DAYS),
});

/**
 * What a change of the schema is judged by, for operators: GET /schema/in-use?days=30. The judging is left to who asks, so
 * that the running stack spends nothing on it. Counts of the last seconds may be missing.
 */
export function registerSchema(app: FastifyInstance, deps: SchemaRoutesDeps): void {
  const { gateway, verifyToken, usageBook, manifestDirectory, partners } = deps;

  const promoted = (): KnownUse["promoted"] =>
    manifestDirectory.clients().flatMap((clientId) =>
      manifestDirectory.promotedOf(clientId).map(({ name, body }) => ({
        clientId,
        audience: partners.partnerOf(clientId) === null ? null : "partner",
        name,
        body,
      })),
    );

  void app.register((scope, _options, done) => {
    letOperatorsOnly(scope, verifyToken);
    scope.get("/schema/in-use", async (request, reply) => {
      const { success, data } = question.safeParse(request.query);
      if (!success) {
        const message = `\`days\` is not a whole number from 1 to ${String(USAGE_KEPT_DAYS)}.`;
        return reply.code(400).send({ message });
      }
      try {
        const recorded = await usageBook.usedWithin(data.days);
        const use = { promoted: promoted(), days: data.days, recorded };
        return { supergraphSdl: gateway.supergraphSdl(), use } satisfies SchemaInUse;
      } catch (error) {
        if (!(error instanceof InvalidValueError)) throw error;
        return reply.code(400).send({ message: error.message });
      }
    });
    done();
  });
}
