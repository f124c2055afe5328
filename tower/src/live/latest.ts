import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ApiError } from "../api/api-error.ts";
import { follow } from "../api/live.ts";
import type { Operation } from "../api/operation.ts";
import { request } from "../api/request.ts";

/** What is known now, and why nothing newer comes. */
export type Latest<Value> = { readonly value: Value | null; readonly error: Error | null };

type NoVariables = Record<string, never>;

/**
 * The newest state that a subscription without a log has told: after a break it begins again with the present. The operation
 * is a constant: another one in the same place is not followed.
 */
export function useLatest<Result>(operation: Operation<Result, NoVariables>): Latest<Result> {
  const [latest, setLatest] = useState<Latest<Result>>({ value: null, error: null });
  useEffect(
    () =>
      follow(operation, () => ({}), {
        next: (value) => {
          setLatest({ value, error: null });
        },
        refused: (error: ApiError) => {
          setLatest(({ value }) => ({ value, error }));
        },
      }),
    [operation],
  );
  return latest;
}

/** A query that is asked again every so often while somebody looks at it. */
export function usePolled<Result, Variables>(
  operation: Operation<Result, Variables>,
  variables: Variables,
  everyMs: number,
) {
  return useQuery({
    queryKey: [operation.name, variables],
    queryFn: ({ signal }) => request(operation, variables, signal),
    refetchInterval: everyMs,
  });
}
