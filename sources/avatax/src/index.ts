export { avataxBudget, createAvataxSystem, type AvataxOptions } from "./avatax-system.ts";
