export { createGateway } from "./gateway.ts";
export type { Gateway, GatewayOptions, ManifestClient } from "./gateway.ts";
export type { JudgedManifest } from "./operations/judge-manifest.ts";
export type { SourceCallTable, WorstCaseTable } from "./operations/source-calls.ts";
export { DEFAULT_LIMITS } from "./limits.ts";
export type { GatewayLimits } from "./limits.ts";
export type { GatewayRequest } from "./request.ts";
export type { AskOwn, OwnRequest } from "./own-request.ts";
export { createLocalTransport } from "./execution/local-transport.ts";
export type { LocalTransportOptions } from "./execution/local-transport.ts";
export { createHttpTransport } from "./execution/http-transport.ts";
export type { HttpTransport, HttpTransportOptions } from "./execution/http-transport.ts";
export type { SubgraphRequest, SubgraphTransport } from "./execution/transport.ts";
export type { GatewayInterface } from "./execution/snapshot.ts";
export { SupergraphRefusedError } from "./composition/supergraph-refused-error.ts";
export type { Inspection } from "./composition/inspect.ts";
export type { ReloadOptions, ReloadReport, SupergraphStatus } from "./reload.ts";
export type { AddressOf } from "./http/address.ts";
export type { AllowedOrigins } from "./http/foreign-pages.ts";
export type { MinuteStore } from "./policy/counted-minutes.ts";
export { IdentityUnavailableError } from "./errors/gateway-errors.ts";
export { authenticate } from "./http/authenticate.ts";
export type { VerifyToken } from "./http/authenticate.ts";
export { AUDIENCES } from "./contracts/contract.ts";
export type { ContractDifference } from "./contracts/compare-contracts.ts";
export { createOpenPolicies, openPolicyOf } from "./policy/client-policies.ts";
export type {
  Audience,
  ClientPolicies,
  ClientPolicy,
  OperationMode,
} from "./policy/client-policies.ts";
export { createTokenVerifier } from "./identity/verify-token.ts";
export type { TokenIssuer, TokenVerifierOptions } from "./identity/verify-token.ts";
export type { ClaimNames, ClaimPath, ClaimReading } from "./identity/read-claims.ts";
export { renderStartPage } from "./start-page/start-page.ts";
export type { StartPageOptions } from "./start-page/start-page.ts";
export type { DemoData } from "./start-page/steps.ts";
export type { OperationUse, UsageBatch, UsageStore } from "./usage/usage-store.ts";
