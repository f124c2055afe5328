/** How the server says that people sign in; `null` where only tokens of its own are used. */
export type SignInSettings = {
  readonly issuer: string;
  readonly clientId: string;
  readonly scope: string;
  readonly audience?: string;
};

/** @throws when the server does not answer */
export async function readSettings(): Promise<{ readonly signIn: SignInSettings | null }> {
  const response = await fetch("/tower/settings.json");
  if (!response.ok) throw new Error(`Crossdock answered ${String(response.status)}.`);
  return (await response.json()) as { readonly signIn: SignInSettings | null };
}
