import { SourceProtocolError } from "@crossdock/source-contract";
import { stringifyExactJson, type SourceAnswer, type SourceHttp } from "@crossdock/source-http";
import { z } from "zod";

/** AvaTax REST v2 for one company. Statuses are left to the caller; answers are decoded by its schema. */
export interface AvataxClient {
  /** The source's name in `crossdock.yaml`. */
  readonly name: string;
  readonly companyCode: string;
  get(operation: string, path: string, signal: AbortSignal): Promise<SourceAnswer>;
  /** @param call.kind a `read` leaves nothing at the source, and is repeated when it fails */
  post(call: PostCall, signal: AbortSignal): Promise<SourceAnswer>;
  /** @throws {SourceProtocolError} the body does not fit */
  decode<T>(operation: string, answer: SourceAnswer, schema: z.ZodType<T>): T;
}

export type PostCall = {
  /** Names the call in metrics and errors: few names, whatever the number of documents. */
  readonly operation: string;
  readonly path: string;
  readonly body: unknown;
  readonly kind: "read" | "write";
};

export type AvataxAccount = {
  readonly accountId: string;
  readonly licenseKey: string;
  readonly companyCode: string;
};

export function createAvataxClient(
  name: string,
  http: SourceHttp,
  { accountId, licenseKey, companyCode }: AvataxAccount,
): AvataxClient {
  const credentials = Buffer.from(`${accountId}:${licenseKey}`).toString("base64");
  const authorization = `Basic ${credentials}`;
  return {
    name,
    companyCode,
    get: (operation, path, signal) =>
      http.call(
        { operation, method: "GET", path, headers: { authorization }, kind: "read" },
        signal,
      ),
    post: ({ body, ...call }, signal) =>
      http.call(
        {
          ...call,
          method: "POST",
          headers: { authorization, "content-type": "application/json" },
          body: stringifyExactJson(body),
        },
        signal,
      ),
    decode(operation, answer, schema) {
      const parsed = schema.safeParse(answer.json());
      if (parsed.success) return parsed.data;
      throw new SourceProtocolError(name, operation, z.prettifyError(parsed.error));
    },
  };
}
