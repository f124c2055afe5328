import { InvalidValueError } from "@crossdock/domain";
import type { Viewer } from "@crossdock/domain";
import {
  PersistedQueryNotFoundError,
  PersistedQueryRequiredError,
} from "../errors/gateway-errors.ts";
import type { ClientPolicies, ClientPolicy } from "../policy/client-policies.ts";
import type { AdmissionMetrics } from "./admission-metrics.ts";
import type { AutomaticTexts } from "./automatic-texts.ts";
import { isRecord } from "./operation-payload.ts";
import type { OperationPayload } from "./operation-payload.ts";
import type { PersistedOperations } from "./persisted-operations.ts";
import { createSafelist, sha256Of } from "./safelist.ts";
import type { Safelist } from "./safelist.ts";

declare const admitted: unique symbol;

/** What the client's mode lets through, with its text in place of an id. Only `Admit` makes one. */
export type AdmittedOperation = OperationPayload & { readonly [admitted]: true };

/**
 * Decides whether a client may send this operation, before any of it is read. Every way in passes through here: an
 * operation that was not admitted can be neither prepared nor run.
 * @throws {PersistedQueryRequiredError} the client may not send texts, or not this one
 * @throws {PersistedQueryNotFoundError} the client has no operation of this id
 * @throws {InvalidValueError} the id is not written as Apollo's protocol says, or is not the text's
 */
export type Admit = (payload: OperationPayload, viewer: Viewer | null) => AdmittedOperation;

export type AdmissionParts = {
  readonly policies: ClientPolicies;
  readonly persisted: PersistedOperations;
  readonly automatic: AutomaticTexts;
  readonly metrics: AdmissionMetrics;
};

export function createAdmit({ policies, persisted, automatic, metrics }: AdmissionParts): Admit {
  const safelists = new WeakMap<object, Safelist>();

  /** Made once for what is promoted now. */
  function safelistOf(clientId: string): Safelist {
    const operations = persisted.promotedOf(clientId);
    const known = safelists.get(operations);
    if (known !== undefined) return known;
    const safelist = createSafelist(operations);
    safelists.set(operations, safelist);
    return safelist;
  }

  /** By id alone. */
  function byId(id: string, { clientId, operations }: ClientPolicy): string {
    const text = safelistOf(clientId).textOf(id);
    if (text !== undefined) {
      metrics.admitted("manifest");
      return text;
    }
    const takesTexts = operations === "open" || operations === "log";
    const kept = takesTexts ? automatic.get(clientId, id) : undefined;
    if (kept === undefined) {
      metrics.refused("PERSISTED_QUERY_NOT_FOUND");
      throw new PersistedQueryNotFoundError();
    }
    metrics.admitted("automatic");
    return kept;
  }

  /** @param hash that came with the text, if one did */
  function byText(text: string, hash: string | null, { clientId, operations }: ClientPolicy): void {
    const isOpen = operations === "open";
    const isListed = !isOpen && operations !== "persistedOnly" && safelistOf(clientId).has(text);
    if (!isListed && (operations === "safelist" || operations === "persistedOnly")) {
      metrics.refused("PERSISTED_QUERY_REQUIRED");
      throw new PersistedQueryRequiredError(operations);
    }
    if (!isListed && operations === "log") persisted.noteUnknown(clientId, text);
    if (hash !== null && operations !== "safelist") keep(clientId, hash, text);
    metrics.admitted("text");
  }

  function keep(clientId: string, hash: string, text: string): void {
    if (sha256Of(text) !== hash) {
      throw new InvalidValueError("extensions.persistedQuery.sha256Hash", hash, "the text's hash");
    }
    automatic.keep(clientId, hash, text);
  }

  return (payload, viewer) => {
    const policy = policies.policyOf(viewer);
    const { query, extensions } = payload;
    const id = idOf(extensions);
    if (id !== null && (query === undefined || query === null || query === "")) {
      return { ...withoutId(payload), query: byId(id, policy) } as AdmittedOperation;
    }
    if (typeof query !== "string") {
      // There is nothing to run. Whoever may send texts is told so by what reads them.
      if (policy.operations === "safelist" || policy.operations === "persistedOnly") {
        metrics.refused("PERSISTED_QUERY_REQUIRED");
        throw new PersistedQueryRequiredError(policy.operations);
      }
      return payload as AdmittedOperation;
    }
    byText(query, id, policy);
    return (id === null ? payload : withoutId(payload)) as AdmittedOperation;
  };
}

const PROTOCOL_VERSION = 1;
const MAX_ID_CHARACTERS = 256;

/** @returns `null` where the client sends none */
function idOf(extensions: unknown): string | null {
  const given = isRecord(extensions) ? extensions["persistedQuery"] : undefined;
  if (given === undefined || given === null) return null;
  const { version, sha256Hash: id } = isRecord(given) ? given : {};
  if (version !== PROTOCOL_VERSION) {
    throw new InvalidValueError("extensions.persistedQuery.version", version, "1");
  }
  if (typeof id !== "string" || id === "" || id.length > MAX_ID_CHARACTERS) {
    throw new InvalidValueError("extensions.persistedQuery.sha256Hash", id, "an id");
  }
  return id;
}

/** So that nobody further in looks it up once more. */
function withoutId({ extensions, ...payload }: OperationPayload): OperationPayload {
  const { persistedQuery: _id, ...others } = isRecord(extensions) ? extensions : {};
  return Object.keys(others).length === 0 ? payload : { ...payload, extensions: others };
}
