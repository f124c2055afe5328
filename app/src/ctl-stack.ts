import { NotThereError, type StackAddress } from "./ask-stack.ts";
import { ctlEnvironment } from "./ctl-environment.ts";
import { EXIT_CODES, fail } from "./ctl-output.ts";
import { openLocalIssuer } from "./local-issuer.ts";

const OPERATOR_TOKEN_SECONDS = 60;

/**
 * Works on the running stack as an operator. Where nobody answers, or the stack refuses, the program ends with the
 * code that says so and the sentence on stderr.
 */
export async function asOperator<Result>(
  { url }: { readonly url: string },
  work: (address: StackAddress) => Promise<Result>,
): Promise<Result> {
  try {
    return await work({
      url,
      token: ctlEnvironment.token ?? (await mintOperatorToken()),
    });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isThere = !(error instanceof NotThereError);
    return fail(message, isThere ? EXIT_CODES.refused : EXIT_CODES.unreachable);
  }
}

/** Where the stack does not believe its local issuer, CROSSDOCK_TOKEN has a token of another one. */
async function mintOperatorToken(): Promise<string> {
  const issuer = await openLocalIssuer(ctlEnvironment.dataDirectory);
  const ttlSeconds = OPERATOR_TOKEN_SECONDS;
  return issuer.mintToken({ role: "operator", customers: "all", ttlSeconds });
}
