/** Why the API did not do it, in words that it means for people; `code` is of its catalogue of errors. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

type Told = {
  readonly message: string;
  readonly extensions?: { readonly code?: unknown } | undefined;
};

/** The first of the errors of an answer. */
export function apiErrorOf(errors: readonly Told[]): ApiError {
  const [first] = errors;
  const code = first?.extensions?.code;
  return new ApiError(
    typeof code === "string" ? code : "INTERNAL_SERVER_ERROR",
    first?.message ?? "The API said nothing.",
  );
}

/** What a person reads about an error, whatever threw it. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  if (error instanceof TypeError) return "Crossdock cannot be reached.";
  return error instanceof Error ? error.message : String(error);
}
