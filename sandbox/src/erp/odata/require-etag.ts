import { etagOf, type Row } from "../data/row.ts";
import { ODataError } from "./error.ts";

/**
 * A change names the version that it changes, or `*` for any.
 * @throws {ODataError} 400: none given; 409: somebody was faster
 */
export function requireEtag(given: string | undefined, row: Row): void {
  if (given === "*") return;
  if (given === undefined || !/^W\/".*"$/.test(given)) {
    throw new ODataError(
      400,
      "BadRequest_InvalidToken",
      "Could not validate the client concurrency token required by the service. " +
        "Please provide a valid token in the client request.",
    );
  }
  if (given !== etagOf(row)) {
    throw new ODataError(
      409,
      "Request_EntityChanged",
      "Another user has already changed the record.",
    );
  }
}
