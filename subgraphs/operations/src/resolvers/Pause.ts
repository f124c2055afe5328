import type { PauseResolvers } from "../../generated/resolvers.ts";

export const Pause: PauseResolvers = {
  resumedAt: ({ resumed }) => resumed?.at ?? null,
  resumedBy: ({ resumed }) => resumed?.by ?? null,
  waiting: (pause, _args, context) =>
    pause.resumed === null ? context.deps.pauseBook.countHeld(pause) : 0,
};
