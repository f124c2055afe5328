import type { QueryPlan } from "@apollo/query-planner";

/** Names a supergraph; the text is what the name was made of. */
export type NamedSupergraph = {
  readonly version: string;
  readonly supergraphSdl: string;
};

/** What a planning thread is asked, one after the other. */
export type PlanningRequest = { readonly id: number } & PlanningWork;

export type PlanningWork =
  | ({ readonly kind: "load" } & NamedSupergraph)
  | {
      readonly kind: "plan";
      readonly version: string;
      readonly query: string;
      readonly operationName: string | undefined;
    };

/** What it answers to the request of the same id. */
export type PlanningAnswer = { readonly id: number } & PlanningOutcome;

export type PlanningOutcome =
  | { readonly kind: "loaded" }
  /** It has no such supergraph, or no more. */
  | { readonly kind: "unknown" }
  | { readonly kind: "planned"; readonly plan: QueryPlan }
  | {
      readonly kind: "refused";
      readonly message: string;
      /** Of a GraphQLError; `null` for any other error. */
      readonly extensions: Readonly<Record<string, unknown>> | null;
    };
