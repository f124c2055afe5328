export { createEasypostSystem, easypostBudget, type EasypostOptions } from "./easypost-system.ts";
