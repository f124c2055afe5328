/**
 * Rung with an acceptance, when a command is to be tried again, and when one is settled while others of its
 * subject wait: relays look.
 */
export const DUE_CHANNEL = "commands_due";
/** Rung after a command is settled, with its id: whoever waits for it looks. */
export const SETTLED_CHANNEL = "commands_settled";
