import { z } from "zod";

const text = z.string().min(1);

/** How people sign in to the page at /tower: at an issuer whose tokens `identity.issuers` believes. */
export const towerConfig = z
  .strictObject({
    signIn: z.strictObject({
      /** Where its OpenID configuration is found; its tokens are asked for from the page, so it has to allow this origin. */
      issuer: z.url({ protocol: /^https?$/ }),
      /**
       * Where the issuer gives tokens, as its OpenID configuration says, where that is another host than its own: the page
       * may ask no other.
       */
      tokenUrl: z.url({ protocol: /^https?$/ }).optional(),
      /** A public client with authorization code and PKCE, whose redirect is `<address>/tower/signed-in`. */
      clientId: text,
      /** What is asked for, beside `openid`. */
      scope: text.default("openid profile"),
      /** For issuers that give tokens for an API only when it is named (RFC 8707, or the vendor's `audience`). */
      audience: text.optional(),
    }),
  })
  .optional();

export type TowerConfig = NonNullable<z.output<typeof towerConfig>>;
