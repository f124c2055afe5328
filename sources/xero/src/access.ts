import { SourceAccessError, SourceProtocolError } from "@crossdock/source-contract";
import {
  createTokenSource,
  integerField,
  type SourceCall,
  type SourceHttp,
  type TokenSource,
} from "@crossdock/source-http";
import { z } from "zod";

export type XeroCredentials = {
  readonly clientId: string;
  readonly clientSecret: string;
  /** The organisation: one adapter serves one. */
  readonly tenantId: string;
};

const SCOPE = "accounting.transactions accounting.contacts accounting.settings.read";
const OPERATION = "token";
const MS_PER_SECOND = 1_000;

const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: integerField });

/** A custom connection's tokens. @param identity the identity server: another host with limits of its own */
export function createAccess(
  name: string,
  identity: SourceHttp,
  credentials: XeroCredentials,
): TokenSource {
  return createTokenSource(async (signal) => {
    const answer = await identity.call(tokenCall(credentials), signal);
    // The identity provider refuses credentials with 400 as well as with 401.
    if (answer.status !== 200) {
      throw new SourceAccessError(name, OPERATION, answer.text, answer.status);
    }
    const parsed = tokenAnswer.safeParse(answer.json());
    if (!parsed.success) {
      throw new SourceProtocolError(name, OPERATION, z.prettifyError(parsed.error));
    }
    const { access_token: token, expires_in: seconds } = parsed.data;
    return { token, lifetimeMs: seconds * MS_PER_SECOND };
  });
}

/** A token may be asked for as often as one likes: a `read` in every sense but the verb. */
function tokenCall({ clientId, clientSecret }: XeroCredentials): SourceCall {
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString("base64");
  return {
    operation: OPERATION,
    method: "POST",
    path: "",
    headers: {
      authorization: `Basic ${basic}`,
      "content-type": "application/x-www-form-urlencoded",
    },
    body: new URLSearchParams({ grant_type: "client_credentials", scope: SCOPE }).toString(),
    kind: "read",
  };
}
