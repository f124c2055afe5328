import { SourceProtocolError } from "@crossdock/source-contract";
import {
  integerField,
  remember,
  unexpected,
  type Remembered,
  type SourceHttp,
} from "@crossdock/source-http";
import { z } from "zod";
import { decode, VERSION } from "./client.ts";

const LIFETIME_MS = 6 * 3_600_000;
const WRITE_SCOPE = "orders_write";
const OPERATION = "GET channel";

const channels = z.object({
  items: z.array(z.object({ id: integerField, scopes: z.array(z.string()).nullish() })),
});

/** The id of the sales channel that our writes belong to: the first one that the key may write to. */
export function createChannel(name: string, http: SourceHttp, token: string): Remembered<string> {
  return remember(async (signal) => {
    const answer = await http.call(
      {
        operation: OPERATION,
        method: "GET",
        path: `${VERSION}/channel`,
        headers: { authorization: `Bearer ${token}` },
        kind: "read",
      },
      signal,
    );
    if (answer.status !== 200) throw unexpected(name, OPERATION, answer);
    const writable = decode(name, OPERATION, answer, channels).items.find(({ scopes }) =>
      scopes?.includes(WRITE_SCOPE),
    );
    if (writable !== undefined) return String(writable.id);
    throw new SourceProtocolError(name, OPERATION, "the key may write to no channel");
  }, LIFETIME_MS);
}
