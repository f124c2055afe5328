import { SourceAccessError, SourceProtocolError } from "@crossdock/source-contract";
import {
  createTokenSource,
  integerField,
  type SourceHttp,
  type TokenSource,
} from "@crossdock/source-http";
import { z } from "zod";

/** An application that is registered in Entra and, with its permissions, in Business Central. */
export type Credentials = {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
};

const SCOPE = "https://api.businesscentral.dynamics.com/.default";
const OPERATION = "POST token";
const MS_PER_SECOND = 1_000;

const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: integerField });

/** The client credentials grant. @param http to the token URL's origin */
export function createAccess(
  name: string,
  http: SourceHttp,
  credentials: Credentials,
): TokenSource {
  return createTokenSource(async (signal) => {
    const answer = await http.call(
      {
        operation: OPERATION,
        method: "POST",
        path: credentials.tokenUrl,
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({
          grant_type: "client_credentials",
          client_id: credentials.clientId,
          client_secret: credentials.clientSecret,
          scope: SCOPE,
        }).toString(),
        kind: "read", // asking again for a token changes nothing
      },
      signal,
    );
    // The identity provider refuses credentials with 400 as well as with 401.
    if (answer.status !== 200) {
      throw new SourceAccessError(name, OPERATION, answer.text, answer.status);
    }
    const parsed = tokenAnswer.safeParse(answer.json());
    if (!parsed.success) {
      throw new SourceProtocolError(name, OPERATION, "no token in the answer", answer.status);
    }
    const { access_token: token, expires_in: seconds } = parsed.data;
    return { token, lifetimeMs: seconds * MS_PER_SECOND };
  });
}
