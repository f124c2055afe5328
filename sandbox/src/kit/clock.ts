/** Real time for stamps, scaled time for work: at speed 60 an hour's picking takes a minute. */
export interface SandboxClock {
  now(): Date;
  /** @returns how long `workMs` of the warehouse's own time takes here, in real milliseconds. */
  scaled(workMs: number): number;
  readonly speed: number;
}

export function createSandboxClock(speed: number): SandboxClock {
  return { now: () => new Date(), scaled: (workMs) => workMs / speed, speed };
}
