/** The contract, ready to be implemented. */
import { implement } from '@orpc/server';
import { contract } from '../contract.ts';

/** Turns the contract into builders of handlers. */
export const implementer = implement(contract);

/** Builders by noun and verb. */
export type RouterImplementer = typeof implementer;
