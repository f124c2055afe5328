import { SourceError } from "@crossdock/domain";
import { UnknownOutcomeError } from "@crossdock/source-contract";

/** How a document is found whose write had an unknown outcome. */
const LOOKS: Readonly<Record<string, string>> = {
  createOrder: "findOrder",
  removeOrder: "findRemovedOrder",
  rewriteOrder: "findRewrittenOrder",
};
const MOST_TRIES = 10;

type Method = (...input: readonly unknown[]) => Promise<unknown>;

/**
 * A port as the worker uses it: what may be tried again is, and after an unknown outcome the document is looked
 * for before anything is sent again.
 * @param isPatient `false`: the caller wants to see what the port itself says
 */
export function asWorker<Port extends object>(port: Port, isPatient: () => boolean): Port {
  const methods = port as Readonly<Record<string, Method>>;
  const attempt = async (name: string, input: readonly unknown[], isUnknown: boolean) => {
    const look = LOOKS[name];
    if (isUnknown && look !== undefined) {
      const found = await methods[look]?.(...input);
      if (found != null) return { kind: "done", document: found };
    }
    return methods[name]?.(...input);
  };
  const patiently = async (name: string, input: readonly unknown[]) => {
    let isUnknown = false;
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt(name, input, isUnknown);
      } catch (error) {
        const mayRetry = error instanceof SourceError && error.retry === "later" && isPatient();
        if (!mayRetry || tries === MOST_TRIES) throw error;
        isUnknown ||= error instanceof UnknownOutcomeError;
      }
    }
  };
  return Object.fromEntries(
    Object.entries(methods).map(([name, member]) => [
      name,
      typeof member === "function"
        ? (...input: readonly unknown[]) => patiently(name, input)
        : member,
    ]),
  ) as Port;
}
