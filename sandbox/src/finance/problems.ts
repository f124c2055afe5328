import { randomUUID } from "node:crypto";

/** An answer that is not the one asked for. Thrown anywhere below a route, sent by the router. */
export class ApiProblem extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`HTTP ${String(status)}`);
  }
}

/** One entry of a request's array that the books refuse. */
export type ElementProblem = { readonly element: object; readonly messages: readonly string[] };

export function validationProblem(elements: readonly ElementProblem[]): ApiProblem {
  return new ApiProblem(400, {
    ErrorNumber: 10,
    Type: "ValidationException",
    Message: "A validation exception occurred",
    Elements: elements.map(({ element, messages }) => ({
      ...element,
      ValidationErrors: messages.map((message) => ({ Message: message })),
    })),
  });
}

export function queryParseProblem(message: string): ApiProblem {
  return new ApiProblem(400, { ErrorNumber: 16, Type: "QueryParseException", Message: message });
}

export function postDataProblem(message: string): ApiProblem {
  return new ApiProblem(400, {
    ErrorNumber: 17,
    Type: "PostDataInvalidException",
    Message: `JSON for post data was invalid,${message}`,
  });
}

export function notFoundProblem(): ApiProblem {
  return new ApiProblem(404, "The resource you're looking for cannot be found");
}

/** The shape in which the vendor's front door refuses, before the books see the call. */
export function accessProblem(
  status: number,
  title: string,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): ApiProblem {
  const body = {
    Type: null,
    Title: title,
    Status: status,
    Detail: detail,
    Instance: randomUUID(),
    Extensions: {},
  };
  return new ApiProblem(status, body, headers);
}
