import type { FormattedExecutionResult } from "graphql";

/** One result, written as text once for all who are sent it. */
export type StreamMessage = {
  /** The result as JSON, on one line. */
  readonly json: string;
  /** What the subscriber resumes from once it has this; `null` when it says nothing new about that. */
  readonly cursor: string | null;
  /** Its bytes as they are sent, by what a transport names them by: made once for all who are sent the same. */
  readonly frames: Map<string, Buffer>;
};

export function messageOf(result: FormattedExecutionResult, cursor: string | null): StreamMessage {
  return { json: JSON.stringify(result), cursor, frames: new Map() };
}

/** Where the messages of one subscription go: a place on a socket, or an HTTP response. */
export interface StreamSink {
  /**
   * Writes one message, in order with the others.
   * @returns nothing while there is room for more; else resolves when there is, or when nobody is there any more
   */
  write(message: StreamMessage): Promise<void> | undefined;
  /** Called once, after the last message; not when the subscriber has left. */
  end(): void;
  /**
   * Called instead of `end` when the process stops: nothing tells the client that the stream is over, so that it
   * takes it for a broken connection and comes back with its cursor.
   */
  breakOff(): void;
}
