import { UnauthenticatedError } from "@crossdock/domain";
import type { Logger } from "@crossdock/runtime";
import { authenticate } from "../http/authenticate.ts";
import type { VerifyToken } from "../http/authenticate.ts";
import type { ClientPolicies } from "../policy/client-policies.ts";
import { ifWaiting } from "../may-wait.ts";
import { authorityOf } from "../subscriptions/authority.ts";
import type { Lender } from "../subscriptions/authority.ts";

/** Whatever is open in somebody's name for longer than a request. */
export interface LiveHolder {
  /** In whose names something is open for a client. */
  lendersOf(clientId: string): Iterable<Lender>;
  /** Ends all that is open in this name, saying that nobody is believed by it any more. */
  withdraw(lender: Lender): void;
}

/** The same, but whoever is suspended proves nothing by anything. */
export function refuseSuspended(verifyToken: VerifyToken, policies: ClientPolicies): VerifyToken {
  return (bearer) =>
    ifWaiting(verifyToken(bearer), (viewer) => {
      if (!policies.policyOf(viewer).isSuspended) return viewer;
      throw new UnauthenticatedError("This client is suspended.");
    });
}

/**
 * Ends what is open in names that are no longer good: each time that a client changes, all that it shows is verified
 * again. What proves nothing now, or proves something else than it did, is withdrawn; its holder comes back with what
 * it has. Who cannot be verified just now goes on.
 * @returns stops it
 */
export function withdrawOnChange(options: {
  readonly policies: ClientPolicies;
  readonly verifyToken: VerifyToken;
  readonly holders: readonly LiveHolder[];
  readonly logger: Logger;
}): () => void {
  const { policies, verifyToken, holders, logger } = options;

  async function isGood({ viewer, authorization }: Lender): Promise<boolean> {
    // Known here, also while the issuer of the token cannot be asked.
    if (policies.policyOf(viewer).isSuspended) return false;
    try {
      return authorityOf(await authenticate(authorization, verifyToken)) === authorityOf(viewer);
    } catch (error) {
      if (error instanceof UnauthenticatedError) return false;
      logger.warn({ err: error }, "credentials cannot be verified again; what is open stays");
      return true;
    }
  }

  async function lookAgain(clientId: string): Promise<void> {
    const lenders = new Set(holders.flatMap((holder) => [...holder.lendersOf(clientId)]));
    for (const lender of lenders) {
      if (await isGood(lender)) continue;
      for (const holder of holders) holder.withdraw(lender);
    }
  }

  return policies.onChange((clientId) => void lookAgain(clientId));
}

/** What the streams of a withdrawn name are told. */
export function withdrawn(): UnauthenticatedError {
  return new UnauthenticatedError("The credentials are no longer valid.");
}
