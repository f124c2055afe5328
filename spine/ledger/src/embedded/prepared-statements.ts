import {
  closeStatement,
  isParsed,
  readError,
  readReply,
  readUnnamedStatement,
  withStatementName,
} from "./wire.ts";

/** Statements that are kept, the least used dropped first; each takes some kilobytes of the database's memory. */
const MAX_STATEMENTS = 400;
/** Every name is used once. */
const PREFIX = "crossdock_";
/** The table has changed since, or somebody has discarded the statements. */
const IS_OUTDATED =
  /cached plan must not change result type|prepared statement ".*" does not exist/;

type Execute = (bytes: Uint8Array) => Promise<Uint8Array>;

/** @see name `null` until the same text comes again */
type Statement = { name: string | null };

/**
 * Reads a statement once for the session, however often its text comes: drivers send unnamed statements, since a name
 * would be shared by all who share the session, and reading one takes longer than running many. From the second time on a
 * statement has a name of ours, of which its clients notice nothing.
 * @param execute runs one request after the other
 */
export function withPreparedStatements(execute: Execute, maxStatements = MAX_STATEMENTS): Execute {
  let last = 0;
  const statements = new Map<string, Statement>();

  /** The least used ones are the first in the map. */
  async function dropLeastUsed(): Promise<void> {
    for (const [text, { name }] of statements) {
      if (statements.size <= maxStatements) return;
      statements.delete(text);
      if (name !== null) await execute(closeStatement(name));
    }
  }

  async function prepare(request: Uint8Array, statement: Statement): Promise<Uint8Array> {
    const name = `${PREFIX}${String((last += 1))}`;
    const reply = await execute(withStatementName(request, name, { isParsed: false }));
    if (isParsed(reply)) statement.name = name;
    return reply;
  }

  async function runPrepared(request: Uint8Array, text: string, name: string): Promise<Uint8Array> {
    const reply = await execute(withStatementName(request, name, { isParsed: true }));
    if (!IS_OUTDATED.test(readError(reply) ?? "")) return asParsed(reply);
    statements.delete(text);
    // Nothing was run. Within a transaction it has failed, and so has the transaction.
    return readReply(reply).status === "I" ? execute(request) : asParsed(reply);
  }

  return async (request) => {
    const text = readUnnamedStatement(request);
    if (text === null) return execute(request);
    const known = statements.get(text);
    const statement = known ?? { name: null };
    statements.delete(text);
    statements.set(text, statement); // the latest go last
    if (known === undefined) {
      await dropLeastUsed();
      return execute(request);
    }
    const { name } = statement;
    return name === null ? prepare(request, statement) : runPrepared(request, text, name);
  };
}

const PARSE_COMPLETE = Buffer.from(
  [..."1"].map((letter) => letter.charCodeAt(0)).concat(0, 0, 0, 4),
);

/** What the client waits for, who does not know that there was nothing to parse. */
function asParsed(reply: Uint8Array): Uint8Array {
  return Buffer.concat([PARSE_COMPLETE, reply]);
}
