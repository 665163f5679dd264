/** The simulator kit's public face: a connector declares routes and state, the kit does the rest. */
export { createClock, type SimulatorClock, seededRandom } from './simulator/clock.ts';
export { type FaultRule, parseFault } from './simulator/faults.ts';
export type { JournalEntry } from './simulator/journal.ts';
export type { LogFilter, LoggedRequest, RequestLog } from './simulator/log.ts';
export {
  empty,
  html,
  json,
  route,
  type SimulatorAnswer,
  type SimulatorHandler,
  type SimulatorQuery,
  type SimulatorRequest,
  type SimulatorRoute,
  type SimulatorServices,
  text,
} from './simulator/route.ts';
export {
  defineSimulator,
  type SimulatorDefinition,
  type SimulatorHandle,
  type SimulatorSetup,
  type TypedSimulatorModule,
} from './simulator/simulator.ts';
export { bearerToken, type IssuedToken, type TokenCheck, type TokenStore } from './simulator/tokens.ts';
