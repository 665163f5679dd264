/** The list of migrations: forward only, numbered without gaps. An edited one is refused by its hash. */
import { initial } from './0001-initial.ts';

/** A step of the schema. `sql` never changes once released. */
export interface Migration {
  number: number;
  name: string;
  sql: string;
}

/** All migrations in order. */
export const migrations: readonly Migration[] = [{ number: 1, name: 'initial', sql: initial }];
