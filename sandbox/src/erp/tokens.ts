import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";
import { ERP_SETUP } from "./setup.ts";

export type TokenAnswer = { readonly status: number; readonly body: unknown };

export interface TokenIssuer {
  /** The client credentials grant, as Microsoft Entra answers it. @param form url-encoded */
  issue(form: string): TokenAnswer;
  /** @returns who calls, or `null` for a token that is not ours or has run out. */
  verify(authorization: string | undefined): string | null;
}

const SCOPE = "https://api.businesscentral.dynamics.com/.default";
const SIGNING_KEY = "sandbox-erp-token-key";

/** Tokens carry their own expiry and signature: they outlive a restart of the sandbox. */
export function createTokenIssuer(lifetimeSeconds: number, now: () => Date): TokenIssuer {
  return {
    issue(form) {
      const input = new URLSearchParams(form);
      if (input.get("grant_type") !== "client_credentials") {
        return refusal(400, "unsupported_grant_type", "AADSTS70003: Unsupported grant type.");
      }
      if (input.get("scope") !== SCOPE) {
        return refusal(400, "invalid_scope", "AADSTS70011: The provided scope is not valid.");
      }
      const clientId = input.get("client_id") ?? "";
      if (
        clientId !== ERP_SETUP.clientId ||
        input.get("client_secret") !== ERP_SETUP.clientSecret
      ) {
        return refusal(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.");
      }
      const expiresAt = now().getTime() + lifetimeSeconds * 1_000;
      const payload = `${clientId}.${String(expiresAt)}.${randomUUID()}`;
      return {
        status: 200,
        body: {
          token_type: "Bearer",
          expires_in: lifetimeSeconds,
          ext_expires_in: lifetimeSeconds,
          access_token: `${payload}.${sign(payload)}`,
        },
      };
    },
    verify(authorization) {
      const token = /^Bearer (.+)$/.exec(authorization ?? "")?.[1] ?? "";
      const cut = token.lastIndexOf(".");
      const payload = token.slice(0, Math.max(cut, 0));
      const [clientId, expiresAt] = payload.split(".");
      const given = Buffer.from(token.slice(cut + 1));
      const expected = Buffer.from(sign(payload));
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
      return Number(expiresAt) > now().getTime() ? (clientId ?? null) : null;
    },
  };
}

function sign(payload: string): string {
  return createHmac("sha256", SIGNING_KEY).update(payload).digest("base64url");
}

function refusal(status: number, error: string, description: string): TokenAnswer {
  return { status, body: { error, error_description: description } };
}
