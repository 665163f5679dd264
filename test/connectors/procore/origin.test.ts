import { describe, expect, it } from 'vitest';
import { listed } from '../../../connectors/kit/define.ts';
import { procore } from '../../../connectors/procore/index.ts';
import { declarationOf } from '../../../engine/api/service/connections.ts';

/** What the designer is given of the connector. */
const { resources } = declarationOf(listed(procore));
const written = resources.filter(({ abilities }) => abilities.create);

describe('the origin id, as the designer offers it,', () => {
  const withOrigin = written.filter(({ fields }) =>
    fields.some(({ name, readOnly }) => name === 'origin_id' && readOnly !== true),
  );

  it.each(withOrigin.map((resource) => [resource.id, resource] as const))(
    'of %s is written only by an option that is off and says what it does',
    (_id, { options = [] }) => {
      const [option, ...others] = options.filter(({ name }) => name === 'writeOrigin');
      expect(others).toEqual([]);
      expect(option).toMatchObject({ kind: 'boolean', default: false, label: 'Write the origin id' });
      expect(option?.warning?.length).toBeGreaterThan(30);
    },
  );

  it('warns of the lock wherever Procore locks', () => {
    for (const id of ['requisitions', 'direct-costs', 'contract-payments']) {
      const option = resources
        .find((resource) => resource.id === id)
        ?.options?.find(({ name }) => name === 'writeOrigin');
      expect(option?.warning).toMatch(/It locks/);
    }
  });

  it('is no option where nothing of it can be written', () => {
    for (const { id, options = [] } of written)
      if (!withOrigin.some((resource) => resource.id === id)) expect([id, options]).toEqual([id, []]);
  });
});
