import { z } from 'zod';
import type { AdminScope } from '../../apps/admin-scopes.ts';
import type { Operation } from '../operation.ts';
import { problemCodes } from '../problem.ts';

type Json = Record<string, unknown>;

/** The API's own description, OpenAPI 3.1, made of the very schemas that validate. */
export function describeApi(operations: readonly Operation[], { issuer }: { issuer: string }): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Vestibule admin API',
      version: '1',
      description: 'Everything that the security team’s console does, for programs.',
    },
    servers: [{ url: `${issuer}/admin/api` }],
    paths,
    components: {
      schemas: { Problem: problem },
      responses: { Problem: { description: 'Why not', content: { 'application/problem+json': ofProblem } } },
      securitySchemes: { oauth: securityScheme(issuer) },
    },
  };
}

const ofProblem = { schema: { $ref: '#/components/schemas/Problem' } };

/** RFC 9457. */
const problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'instance'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string', examples: problemCodes },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['at', 'detail'],
        properties: { at: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
};

/** What each scope opens. */
const OPENS: Readonly<Record<AdminScope, string>> = {
  'admin:read': 'Look at sessions, accounts, the audit log, practices, apps and keys',
  'admin:sessions': 'End sessions, and tell apps of an end again',
  'admin:people': 'Change accounts, practices and memberships',
  'admin:apps': 'Register, change and remove apps that hold no admin scope, and rotate signing keys',
};

function securityScheme(issuer: string): Json {
  const flow = { tokenUrl: `${issuer}/oidc/token`, scopes: OPENS };
  return { type: 'oauth2', flows: { clientCredentials: flow } };
}

function describe(operation: Operation): Json {
  const { id: operationId, summary, scope, roles, peopleOnly, fresh, method } = operation;
  return {
    operationId,
    summary,
    security: [{ oauth: [scope] }],
    'x-roles': roles,
    ...(fresh ? { 'x-fresh-sign-in': true } : {}),
    ...(peopleOnly ? { 'x-people-only': true } : {}),
    parameters: [
      ...parametersIn('path', operation.params),
      ...parametersIn('query', operation.query),
      ...(method === 'post' ? [idempotencyKey] : []),
    ],
    ...(method === 'post' ? { requestBody: bodyOf(operation.body) } : {}),
    responses: {
      200: { description: 'Done', content: contentOf(operation) },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

function contentOf({ file, answer }: Operation): Json {
  if (!file) return { 'application/json': { schema: toSchema(answer, 'output') } };
  return Object.fromEntries(file.map((type) => [type, { schema: { type: 'string' } }]));
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Sent again with the same key, a request is done once; its answer is kept for a day',
  schema: { type: 'string', minLength: 1, maxLength: 130 },
};

function parametersIn(place: 'path' | 'query', schema: z.ZodType): Json[] {
  const { properties = {}, required = [] } = toSchema(schema, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, of]) => ({
    name,
    in: place,
    schema: of,
    ...(of.deprecated === true ? { deprecated: true } : {}),
    required: place === 'path' || required.includes(name),
  }));
}

function bodyOf(schema: z.ZodType): Json {
  const { required = [] } = toSchema(schema, 'input') as { required?: string[] };
  return {
    required: required.length > 0,
    content: { 'application/json': { schema: toSchema(schema, 'input') } },
  };
}

function toSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      if (zodSchema._zod.def.type === 'date')
        Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
    },
  });
  return json;
}
