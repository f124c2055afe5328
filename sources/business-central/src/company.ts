import { SourceProtocolError } from "@crossdock/source-contract";
import type { SourceHttp, TokenSource } from "@crossdock/source-http";
import { z } from "zod";
import { createAuthorizedCall } from "./authorized-call.ts";
import { unexpected } from "./refusals.ts";

/** The standard API addresses a company by id, the published pages by name. */
export type Company = { readonly id: string; readonly name: string };

const OPERATION = "GET companies";
const companies = z.object({ value: z.array(z.object({ id: z.string(), name: z.string() })) });

/**
 * Finds the company of an environment.
 * @param wanted its name; `null` takes the only one there is
 * @throws {SourceProtocolError} no such company, or several and none was named
 */
export async function findCompany(
  deps: {
    readonly name: string;
    readonly http: SourceHttp;
    readonly access: TokenSource;
    readonly apiUrl: string;
  },
  wanted: string | null,
  signal: AbortSignal,
): Promise<Company> {
  const call = createAuthorizedCall(deps);
  const path = `${deps.apiUrl}/companies`;
  const answer = await call({ operation: OPERATION, method: "GET", path, kind: "read" }, signal);
  if (answer.status !== 200) throw unexpected(deps.name, OPERATION, answer);
  const found = companies.safeParse(answer.json()).data?.value ?? [];
  const [company, ...others] =
    wanted === null ? found : found.filter(({ name }) => name === wanted);
  if (company !== undefined && others.length === 0) return company;
  const names = found.map(({ name }) => name).join(", ");
  const detail = `wanted company ${wanted ?? "(the only one)"}, there are: ${names}`;
  throw new SourceProtocolError(deps.name, OPERATION, detail);
}
