/** The OpenAPI document of an endpoint, made from its contract tables. */
import type { ContractField, WireType } from './contract.ts';
import type { Endpoint } from './state.ts';

const typeNames: Readonly<Record<WireType, string>> = {
  S: 'StringValue',
  D: 'DecimalValue',
  I: 'IntValue',
  B: 'BooleanValue',
  T: 'DateTimeValue',
};

const properties = (fields: Iterable<ContractField>): Record<string, unknown> =>
  Object.fromEntries([...fields].map(({ name, type }) => [name, { $ref: `#/components/schemas/${typeNames[type]}` }]));

/** An OpenAPI 3 document with schemas and paths. */
export function describeEndpoint(endpoint: Endpoint): Record<string, unknown> {
  const schemas: Record<string, unknown> = {};
  const paths: Record<string, unknown> = {};
  for (const entity of endpoint.entities.values()) {
    const parts: Record<string, unknown> = {};
    for (const part of entity.parts.values()) {
      const name = `${entity.name}${part.name}`;
      schemas[name] = { type: 'object', properties: properties(part.fields.values()) };
      const reference = { $ref: `#/components/schemas/${name}` };
      parts[part.name] = part.kind === 'list' ? { type: 'array', items: reference } : reference;
    }
    schemas[entity.name] = { type: 'object', properties: { ...properties(entity.fields.values()), ...parts } };
    paths[`/${entity.name}`] = { get: {}, put: {} };
    for (const action of entity.actions) paths[`/${entity.name}/${action}`] = { post: {} };
  }
  return {
    openapi: '3.0.1',
    info: { title: `${endpoint.name}/${endpoint.version}`, version: '4' },
    paths,
    components: { schemas },
  };
}
