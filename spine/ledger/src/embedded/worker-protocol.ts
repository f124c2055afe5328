/** What the main thread asks of the database's thread: one request at a time. */
export type WorkerRequest =
  { readonly kind: "execute"; readonly bytes: Uint8Array } | { readonly kind: "close" };

export type WorkerAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "answer"; readonly bytes: Uint8Array }
  | { readonly kind: "closed" };
