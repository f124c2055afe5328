import { SourceProtocolError } from "@crossdock/source-contract";
import {
  stringifyExactJson,
  unexpected,
  type SourceAnswer,
  type SourceHttp,
} from "@crossdock/source-http";
import { z } from "zod";

/** EasyPost's API v2 with our key. Nothing that it is asked here changes anything that counts: all of it may be repeated. */
export interface EasypostClient {
  /** The source's name in `crossdock.yaml`. */
  readonly name: string;
  /** @returns `null` when there is no such thing. @throws {SourceProtocolError} any other status but 200, or a body that does not fit */
  get<T>(asked: Asked<T>, signal: AbortSignal): Promise<T | null>;
  /** @returns `null` when the vendor does not take what was sent */
  post<T>(asked: Asked<T> & { readonly body: unknown }, signal: AbortSignal): Promise<T | null>;
}

type Asked<T> = {
  /** Names the call in metrics and errors: few names, whatever the number of documents. */
  readonly operation: string;
  readonly path: string;
  readonly schema: z.ZodType<T>;
};

const OK: ReadonlySet<number> = new Set([200, 201]);
const NOT_FOUND = 404;
/** What was sent is well-formed and wrong, such as an address where no carrier goes. */
const UNPROCESSABLE = 422;

export function createEasypostClient(
  name: string,
  http: SourceHttp,
  apiKey: string,
): EasypostClient {
  const authorization = `Basic ${Buffer.from(`${apiKey}:`).toString("base64")}`;
  const decode = <T>({ operation, schema }: Asked<T>, answer: SourceAnswer): T => {
    const parsed = schema.safeParse(answer.json());
    if (parsed.success) return parsed.data;
    throw new SourceProtocolError(name, operation, z.prettifyError(parsed.error));
  };
  return {
    name,
    async get(asked, signal) {
      const { operation, path } = asked;
      const headers = { authorization };
      const answer = await http.call(
        { operation, method: "GET", path, headers, kind: "read" },
        signal,
      );
      if (answer.status === NOT_FOUND) return null;
      if (!OK.has(answer.status)) throw unexpected(name, operation, answer);
      return decode(asked, answer);
    },
    async post(asked, signal) {
      const { operation, path, body } = asked;
      const headers = { authorization, "content-type": "application/json" };
      const answer = await http.call(
        { operation, method: "POST", path, headers, body: stringifyExactJson(body), kind: "read" },
        signal,
      );
      if (answer.status === UNPROCESSABLE) return null;
      if (!OK.has(answer.status)) throw unexpected(name, operation, answer);
      return decode(asked, answer);
    },
  };
}
