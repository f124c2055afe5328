import type { Credentials } from "../credentials.ts";
import type { WebhookSigner } from "../attack.ts";

export type SigningKeys = Readonly<Record<WebhookSigner, string>>;

/** Whom attacks are sent to. */
export type Target = {
  /** e.g. `http://127.0.0.1:23456` */
  readonly url: string;
  readonly port: number;
  readonly credentials: Credentials;
  readonly signingKeys: SigningKeys;
};
