/** Rung after an acceptance is committed, and when a waiting command became due: relays look. */
export const DUE_CHANNEL = "commands_due";
/** Rung after a command is settled, with its id: whoever waits for it looks, and relays send its successor. */
export const SETTLED_CHANNEL = "commands_settled";
