import type { FastifyRequest } from "fastify";
import type { Prepared } from "./documents.ts";
import type { Entry } from "./inputs.ts";
import { queryOf } from "./list-query.ts";
import { validationProblem } from "./problems.ts";
import { envelope } from "./xero-json.ts";

type WriteOf<T, R> = {
  readonly name: string;
  /** Checks one entry and changes nothing. Entries are checked and saved one after the other. */
  readonly prepare: (input: T) => Prepared<R>;
  readonly save: (row: R) => void;
  readonly render: (row: R) => object;
};

/**
 * Many entries in one request. With `summarizeErrors=false` each stands for itself and says so;
 * otherwise one bad entry refuses them all.
 * @throws {ApiProblem} 400 with every bad entry
 */
export function writeEntries<T, R>(
  request: FastifyRequest,
  entries: readonly Entry<T>[],
  { name, prepare, save, render }: WriteOf<T, R>,
): object {
  if (queryOf(request)["summarizeErrors"] !== "false") {
    const prepared = entries.map(({ sent, input }) => ({ sent, outcome: prepare(input) }));
    const refused = prepared.flatMap(({ sent, outcome }) =>
      outcome.kind === "refused" ? [{ element: sent, messages: outcome.messages }] : [],
    );
    if (refused.length > 0) throw validationProblem(refused);
    const rows = prepared.flatMap(({ outcome }) => (outcome.kind === "ready" ? [outcome.row] : []));
    rows.forEach(save);
    return envelope(name, rows.map(render));
  }
  const answers = entries.map(({ sent, input }) => {
    const outcome = prepare(input);
    if (outcome.kind === "refused") {
      const errors = outcome.messages.map((message) => ({ Message: message }));
      return { ...sent, HasErrors: true, StatusAttributeString: "ERROR", ValidationErrors: errors };
    }
    save(outcome.row);
    return { ...render(outcome.row), StatusAttributeString: "OK" };
  });
  return envelope(name, answers);
}
