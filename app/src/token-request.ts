/** The errors of RFC 6749, section 5.2, that are possible here. */
export type TokenErrorCode =
  "invalid_request" | "invalid_client" | "unsupported_grant_type" | "invalid_scope";

/** Why no token is given; its message is for the client's developer. */
export class TokenRequestError extends Error {
  constructor(
    readonly code: TokenErrorCode,
    message: string,
  ) {
    super(message);
  }
}

export type ClientCredentials = {
  readonly clientId: string;
  readonly secret: string;
  /** `null`: all that the client has. */
  readonly scopes: readonly string[] | null;
};

/**
 * A request for a token by client credentials (RFC 6749, sections 4.4 and 2.3.1).
 * @throws {TokenRequestError}
 */
export function parseClientCredentials(
  form: URLSearchParams,
  authorization: string | undefined,
): ClientCredentials {
  const repeated = [...form.keys()].find((name) => form.getAll(name).length > 1);
  if (repeated !== undefined) {
    throw new TokenRequestError("invalid_request", "A parameter is there twice.");
  }
  const grantType = form.get("grant_type");
  if (grantType === null) throw new TokenRequestError("invalid_request", "grant_type is missing.");
  if (grantType !== "client_credentials") {
    throw new TokenRequestError("unsupported_grant_type", "Only client_credentials is given.");
  }
  const words =
    form
      .get("scope")
      ?.split(" ")
      .filter((word) => word !== "") ?? [];
  const scopes = words.length === 0 ? null : [...new Set(words)];
  return { ...clientOf(form, authorization), scopes };
}

function clientOf(form: URLSearchParams, authorization: string | undefined) {
  const clientId = form.get("client_id");
  const secret = form.get("client_secret");
  if (authorization === undefined) {
    if (clientId !== null && secret !== null) return { clientId, secret };
    throw new TokenRequestError("invalid_client", "client_id and client_secret are needed.");
  }
  const basic = parseBasic(authorization);
  if (basic === null) throw new TokenRequestError("invalid_client", "The header is not Basic.");
  if (secret !== null || (clientId !== null && clientId !== basic.clientId)) {
    throw new TokenRequestError("invalid_request", "The client says twice who it is.");
  }
  return basic;
}

function parseBasic(authorization: string) {
  const [, encoded = ""] = /^Basic +([\w+/=-]+) *$/i.exec(authorization) ?? [];
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  if (colon < 0) return null;
  try {
    return {
      clientId: formDecoded(text.slice(0, colon)),
      secret: formDecoded(text.slice(colon + 1)),
    };
  } catch {
    return null;
  }
}

/** Both halves are encoded as in a form, before they are put together. @throws {URIError} */
function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}
