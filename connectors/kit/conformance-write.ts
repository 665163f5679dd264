/** Cases about writing: nothing twice, nothing lost, refusals that name the field. */
import type { FoundDocument, WriteResult } from '../../engine/model/connector.ts';
import { AppError } from '../../engine/model/error.ts';
import type { Fields } from '../../engine/model/record.ts';
import { type ConformanceCase, check, documentCount, failureOf, resourceOf, type Subject } from './conformance.ts';

const writes: ConformanceCase['applies'] = (_connector, profile) => profile.write !== undefined;

let serial = 0;

/** What the profile writes, ready to be written. */
async function writing(subject: Subject) {
  const { write } = subject.profile;
  const { simulator } = subject;
  check(write !== undefined && simulator !== undefined, 'The profile writes nothing.');
  const resource = resourceOf(subject, write.resource);
  const { create, find } = resource;
  check(create !== undefined && find !== undefined, `${write.resource} cannot be written.`);
  serial += 1;
  const value = await write.value(serial, simulator);
  return {
    write,
    value,
    serial,
    create: (fields: Fields = value): Promise<WriteResult> =>
      create(subject.client, fields, write.options ?? {}, write.scope),
    find: (fields: Fields = value): Promise<FoundDocument[]> => find(subject.client, fields, write.scope),
    release: (id: string): Promise<WriteResult> | undefined => resource.release?.(subject.client, id, write.scope),
    rule: (outcome: string): string => `${outcome};times=1;method=${write.method};path=${write.path}`,
  };
}

/** Creates under a fault after which nobody can know the outcome, and proves that a look-up finds exactly one document. */
async function lostAnswer(subject: Subject, outcome: string): Promise<void> {
  const { create, find, rule } = await writing(subject);
  const before = await documentCount(subject);
  await subject.fault(rule(outcome));
  const error = await failureOf(create(), 'A create whose answer was lost');
  check(error.code === 'remote.outcomeUnknown', `A lost answer is reported as ${error.code}.`);
  check(error.kind === 'transient', 'A lost answer is not reported as transient.');
  check((await documentCount(subject)) === before + 1, 'The create was sent again.');
  const found = await find();
  check(found.length === 1, `The look-up finds ${found.length} documents instead of one.`);
}

/** Cases about writing. */
export const writeCases: readonly ConformanceCase[] = [
  {
    name: 'created-once-and-found',
    live: false,
    applies: writes,
    run: async (subject) => {
      const { create, find } = await writing(subject);
      check((await find()).length === 0, 'The look-up finds a document that is not there yet.');
      const before = await documentCount(subject);
      const made = await create();
      check(made.id !== '', 'The new document has no id.');
      check((await documentCount(subject)) === before + 1, 'Not exactly one document was created.');
      const found = await find();
      check(found.length === 1 && found[0]?.id === made.id, 'The look-up does not find the new document.');
    },
  },
  {
    name: 'answer-lost-after-commit',
    live: false,
    applies: writes,
    run: (subject) => lostAnswer(subject, 'cut=after'),
  },
  {
    name: 'server-error-after-commit',
    live: false,
    applies: writes,
    run: (subject) => lostAnswer(subject, 'status=500;handled'),
  },
  {
    name: 'half-answer-after-commit',
    live: false,
    applies: writes,
    run: (subject) => lostAnswer(subject, 'truncate-json'),
  },
  {
    name: 'limited-write-is-sent-once',
    live: false,
    applies: writes,
    run: async (subject) => {
      const { create, rule } = await writing(subject);
      const before = await documentCount(subject);
      await subject.fault(rule('status=429;retry-after=1'));
      await create();
      check((await documentCount(subject)) === before + 1, 'Not exactly one document was created.');
    },
  },
  {
    name: 'refusal-names-the-field',
    live: false,
    applies: (_connector, profile) => profile.write?.refused !== undefined,
    run: async (subject) => {
      const { create, serial: number, write } = await writing(subject);
      const { refused } = write;
      const { simulator } = subject;
      check(refused !== undefined && simulator !== undefined, 'The profile has nothing to refuse.');
      const before = await documentCount(subject);
      const error = await failureOf(create(await refused(number, simulator)), 'A create that the target refuses');
      check(error.kind === 'rejected', `A refusal is reported as ${error.kind} (${error.code}).`);
      check(
        Object.keys(error.fields ?? {}).length > 0 || error.message.length > 30,
        'The refusal does not say what is wrong.',
      );
      check((await documentCount(subject)) === before, 'A refused document was created all the same.');
    },
  },
  {
    name: 'released-twice-is-released',
    live: false,
    applies: (connector, profile) =>
      connector.resources.some((resource) => resource.id === profile.write?.resource && resource.release !== undefined),
    run: async (subject) => {
      const { create, find, release } = await writing(subject);
      const made = await create();
      await release(made.id);
      await release(made.id);
      const [found] = await find();
      check(found?.released === true, 'The document is not released after its release.');
    },
  },
  {
    name: 'write-secrets-stay',
    live: false,
    applies: writes,
    run: async (subject) => {
      const { create } = await writing(subject);
      await create().catch((thrown: unknown) => {
        if (!(thrown instanceof AppError)) throw thrown;
      });
      const told = JSON.stringify(subject.exchanges);
      check(
        subject.exchanges.some(({ method }) => method !== 'GET'),
        'The write was not reported.',
      );
      for (const secret of Object.values(subject.context.secrets)) {
        check(secret.length < 4 || !told.includes(secret), 'A secret of the connection appears in what was reported.');
      }
    },
  },
];
