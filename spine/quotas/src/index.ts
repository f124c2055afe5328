export { createSharedMinutes } from "./shared-minutes.ts";
export type { SharedMinutes, SharedMinutesOptions } from "./shared-minutes.ts";
