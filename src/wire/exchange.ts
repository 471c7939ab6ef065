/**
 * One request, from what was received to its answer. The order is AWS's, as far as it shows: what authenticates is read
 * before all else, then what is asked; signature and caller are settled in the first transaction of the call, before
 * anything of the call itself.
 */

import { AwsError } from '../api/errors.ts';
import { hostIdOf } from '../api/host-id.ts';
import { type OperationModel, operationModel } from '../api/model/loader.ts';
import type { ServiceName } from '../api/model/operations.ts';
import { isRegion, type Region } from '../api/regions.ts';
import { serviceFacts } from '../api/service-facts.ts';
import type { Workplace } from '../assemble.ts';
import type { Effect } from '../call/answer.ts';
import { newRequestId } from '../call/recording.ts';
import type { MessageFault } from '../call/request.ts';
import type { Environment } from '../env.ts';
import type { Caller } from '../policy/caller.ts';
import { storeNow } from '../store/clock.ts';
import { digestFault } from './bodies/body-digest.ts';
import { bodyRules } from './bodies/body-rules.ts';
import { formBody, formResponse } from './bodies/form-upload.ts';
import { insecureKey } from './bodies/insecure-key.ts';
import { bucketFirst, readInput } from './bodies/read-input.ts';
import { comesSoon, type TakenBody, takeBody, takeStream } from './bodies/request-body.ts';
import type { Codec, MessageIds } from './codecs/codec.ts';
import { malformedForm, parseForm } from './codecs/form.ts';
import { loadCodec } from './codecs/load-codec.ts';
import { textOf } from './codecs/message-body.ts';
import { type CorsBucket, corsBucket, corsHeaders, isCrossOrigin, preflightHeaders } from './cors.ts';
import {
  type Authentication,
  type CredentialRules,
  readAuthentication,
  readFormAuthentication,
  scopeOf,
} from './credentials/authentication.ts';
import { BUCKET_REGION, regionOfBucket, requireRegion } from './credentials/region.ts';
import { formClaim, readForm } from './forms/post-form.ts';
import { type HostNames, regionOfHost } from './http/host-names.ts';
import type { Incoming } from './http/incoming.ts';
import { type AnswerMessage, type HeaderFields, type HttpRequest, headerFields } from './http/message.ts';
import { inTime } from './long-answer.ts';
import { pageAnswer } from './pages.ts';
import {
  addressedBucket,
  type FormFields,
  type Labels,
  type Route,
  routeOf,
  serviceOf,
  type WireService,
} from './routing/route.ts';
import { scopeText } from './signature/v4.ts';

/** What requests are answered from. */
export interface Ground {
  readonly place: Workplace;
  readonly environment: Environment;
  readonly hosts: HostNames;
  readonly credentials: CredentialRules;
  /** Empties the store; absent where it is not the server's own. */
  readonly reset?: (() => void) | undefined;
  /** Takes what calls leave to be done. */
  readonly after: (effects: readonly Effect[]) => void;
  /** Takes errors that are not the client's, and of which it is told no more than that there is one. */
  readonly failed: (error: unknown) => void;
}

/** What became known of a request, for the log. */
export interface Noted {
  requestId?: string;
  service?: ServiceName;
  operation?: string;
  caller?: Caller;
  labels?: Labels;
  /** Where the bucket is, if there is one of this name. */
  bucketRegion?: Region | undefined;
  /** What browsers are told of a page that asks; absent if there is no page. */
  cors?: HeaderFields;
  /** Of the refusal; absent if there was none. */
  code?: string;
}

/**
 * Answers a request.
 * @param signal ends the work when the client goes away
 * @throws an AbortError after that, and nothing else
 */
export async function exchange(
  incoming: Incoming,
  ground: Ground,
  noted: Noted,
  signal: AbortSignal,
): Promise<AnswerMessage> {
  const { request } = incoming;
  const wire = serviceOf(request, scopeOf(request), ground.hosts);
  // A service that is not here is only spoken for by this one.
  if (!wire.fault) noted.service = wire.service;
  const codec = await loadCodec(wire.protocol);
  const asked: Asked = { incoming, request, wire, codec, ground, noted, signal };
  try {
    return finished(await answer(asked), asked);
  } catch (error) {
    signal.throwIfAborted();
    return finished(refusalOf(error, asked), asked);
  }
}

/** With what every answer of S3 has, and what browsers have to know of one to a page. */
function finished(answer: AnswerMessage, { wire: { service }, noted: { cors } }: Asked): AnswerMessage {
  return isS3(service) ? ofS3(answer, cors) : answer;
}

function ofS3(answer: AnswerMessage, more: HeaderFields = new Map()): AnswerMessage {
  const headers = new Map(answer.headers);
  for (const [name, values] of more) headers.set(name, values);
  return { ...answer, headers: headers.set('server', ['AmazonS3']) };
}

/** S3 Control is a part of S3. */
const isS3 = (service: ServiceName): boolean => serviceFacts[service].host === 's3';

interface Asked {
  readonly incoming: Incoming;
  readonly request: HttpRequest;
  readonly wire: WireService;
  readonly codec: Codec;
  readonly ground: Ground;
  readonly noted: Noted;
  readonly signal: AbortSignal;
}

/** @throws AwsError and CallRefused for a refusal */
async function answer(asked: Asked): Promise<AnswerMessage> {
  const { request, wire, ground, noted } = asked;
  // Before all else, since a browser shows its page no refusal that does not say so.
  if (wire.service === 's3' && isCrossOrigin(request)) noted.cors = corsOf(asked);
  // Its signature is one for another service than the one that speaks here.
  if (wire.fault) throw wire.fault;
  const authentication = readAuthentication(request, wire.service, ground.credentials);
  const route = await routed(authentication, asked);
  switch (route.kind) {
    case 'operation':
      return call(route, authentication, asked);
    case 'action-in-body': {
      const body = await wholeBody(authentication, asked);
      if (body.fault) {
        await settle(authentication, body, asked);
        throw body.fault;
      }
      const named = await routed(authentication, asked, body);
      if (named.kind !== 'operation') throw new Error('the form of a request names no operation');
      return call(named, authentication, asked, body);
    }
    case 'preflight':
      return preflight(route, asked);
    case 'page':
      // Of the endpoint itself, and not of a service.
      delete noted.service;
      noted.operation = route.page;
      return pageAnswer(route.page, request, ground);
    case 'post-form':
      return post(route, asked);
    default:
      return route satisfies never;
  }
}

const corsOf = ({ request, ground }: Asked): HeaderFields => {
  const name = addressedBucket(request, ground.hosts);
  return corsHeaders(
    request,
    ground.place.store.transact<CorsBucket>((tx) => corsBucket(name, tx)),
  );
};

/** What a browser is told before it sends the request of a page, without credentials. */
function preflight(
  { labels }: Extract<Route, { kind: 'preflight' }>,
  { request, ground, noted }: Asked,
): AnswerMessage {
  noted.labels = labels;
  const bucket = ground.place.store.transact<CorsBucket>((tx) => corsBucket(labels.Bucket, tx));
  const allowed = preflightHeaders(request, bucket);
  const requestId = newRequestId('s3', ground.environment);
  noted.requestId = requestId;
  return { status: 200, headers: new Map([...idFields(requestId), ...allowed]), body: new Uint8Array() };
}

/** Nobody is told what there is before it is known who asks. */
async function routed(authentication: Authentication, asked: Asked, body?: TakenBody): Promise<Route> {
  const { request, wire, ground } = asked;
  try {
    return routeOf(request, wire, ground.hosts, body && formFields(body));
  } catch (error) {
    if (error instanceof AwsError) {
      const needsBody = authentication.payload.kind === 'body';
      await settle(authentication, body ?? (needsBody ? await wholeBody(authentication, asked) : {}), asked);
    }
    throw error;
  }
}

/**
 * Verifies who asks, for what is refused before there is a call.
 * @throws AwsError outside of the transaction: those of others, which share it, are not to be made again
 */
async function settle(
  authentication: Authentication,
  { sha256 }: Pick<TakenBody, 'sha256'>,
  { ground }: Asked,
): Promise<void> {
  const { place, environment } = ground;
  const refusal = await place.store.transactGrouped<AwsError | undefined>((tx) => {
    try {
      authentication.caller(tx, new Date(storeNow(tx, environment.now())), sha256);
      return undefined;
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
  });
  if (refusal) throw refusal;
}

/** Stores the file of a browser's form. */
async function post({ labels }: Extract<Route, { kind: 'post-form' }>, asked: Asked): Promise<AnswerMessage> {
  const { request, codec, ground, noted } = asked;
  const { Bucket: bucket = '' } = labels;
  noted.operation = 'PutObject';
  noted.labels = labels;
  const form = await readForm(request);
  const authentication = readFormAuthentication(formClaim(form.fields), bucket, request, ground.credentials);
  const body = await formBody(form, bucket, codec, ground.environment.now());
  const key = form.fields.get('key')?.value ?? '';
  const put = { kind: 'operation', operation: 'PutObject', labels: { ...labels, Key: key } } as const;
  const stored = await call(put, authentication, asked, body);
  return noted.code === undefined ? formResponse(form, { bucket, key }, request, stored) : stored;
}

/** Makes the call. */
async function call(
  { operation, labels }: Extract<Route, { kind: 'operation' }>,
  authentication: Authentication,
  asked: Asked,
  read?: TakenBody,
): Promise<AnswerMessage> {
  const { request, wire, codec, ground, noted, signal } = asked;
  const { service } = wire;
  noted.operation = operation;
  noted.labels = labels;
  const model = operationModel(service, operation);
  const body = read ?? (await bodyFor(model, authentication, asked));
  const message = { ...request, ...body, labels };
  const known = faultOf(body, authentication, { service, isForm: read !== undefined });
  const { input, fault } = readInput(codec, model, message, known);
  const region = regionFor(authentication, request);
  const { Bucket: bucket } = labels;
  await ground.place.load(service, operation);
  const { environment } = ground;
  const requestId = newRequestId(service, environment);
  noted.requestId = requestId;
  const made = ground.place.pipeline.call(service, operation, input, {
    region: region ?? USUAL_REGION,
    // What says no region is answered in the bucket's.
    redirect: region === undefined && bucket !== undefined ? (_, tx) => regionOfBucket(bucket, tx) : undefined,
    caller(tx, now) {
      const caller = authentication.caller(tx, now, body.sha256);
      body.verify?.();
      noted.caller = caller;
      if (service === 's3' && bucket !== undefined) {
        noted.bucketRegion = regionOfBucket(bucket, tx);
        const { method } = request;
        const { place, accessKeyId, scope } = authentication;
        const credential = scope && `${accessKeyId}/${scopeText(scope)}`;
        requireRegion({ operation, method, bucket, region, place, credential }, tx);
      }
      return caller;
    },
    origin: authentication.origin,
    requestId,
    grouped: true,
    signal,
    fault:
      fault &&
      ((tx) => (service === 's3' ? bucketFirst(fault, { operation, bucket, headers: body.headers }, tx) : fault)),
    payload: body.payload,
  });
  const headers = () => idFields(requestId);
  return inTime({ service, operation, headers, environment, signal }, made.then(written, refused));

  function written({ output, effects }: Awaited<typeof made>): AnswerMessage {
    ground.after(effects);
    if (!model) throw new Error(`${service} ${operation} has an answer and no model`);
    return codec.writeOutput(model, output, idsOf(requestId, service));
  }

  function refused(error: unknown): AnswerMessage {
    signal.throwIfAborted();
    return refusalOf(error, asked, model);
  }
}

/** The region of requests that say none. */
const USUAL_REGION: Region = 'us-east-1';

/** The region that a request is signed for, or that the name of its host says. */
function regionFor({ scope }: Authentication, { headers }: HttpRequest): Region | undefined {
  if (scope) return isRegion(scope.region) ? scope.region : undefined;
  return regionOfHost(headers.get('host')?.[0] ?? '');
}

/** The body of a request for an operation, read or still to be read. */
async function bodyFor(
  model: OperationModel | undefined,
  authentication: Authentication,
  asked: Asked,
): Promise<TakenBody> {
  if (model && streamsInput(model)) return takeStream(asked.incoming, authentication);
  const taken = await wholeBody(authentication, asked, model?.name);
  const { body, headers, fault } = taken;
  if (fault || !model || asked.wire.service !== 's3' || !(body instanceof Uint8Array)) return taken;
  return { ...taken, fault: await digestFault(model, headers, body) };
}

/**
 * A body that is read whole. Where it can be known without it who sends it, that comes first: nobody else has a long one
 * kept in memory, or is told to send one that is refused anyway.
 */
async function wholeBody(authentication: Authentication, asked: Asked, operation?: string): Promise<TakenBody> {
  const { incoming, wire } = asked;
  if (authentication.payload.kind !== 'body' && !comesSoon(incoming)) await settle(authentication, {}, asked);
  return takeBody(incoming, authentication, bodyRules(wire, operation));
}

/** Whether the input has a body of any length, which is read while it is stored. */
function streamsInput({ input, shapes }: OperationModel): boolean {
  const shape = input && shapes[input.shape];
  if (shape?.type !== 'structure' || shape.payload === undefined) return false;
  return shape.members[shape.payload]?.streaming === true;
}

/** What is wrong with a message before its input is read. */
function faultOf(
  { headers, fault }: TakenBody,
  { origin }: Authentication,
  { service, isForm }: { readonly service: ServiceName; readonly isForm: boolean },
): MessageFault | undefined {
  const insecure = service === 's3' ? insecureKey(headers, origin) : undefined;
  if (insecure) return { refusal: insecure, at: 'head' };
  // What is wrong with a form is wrong with what would be header fields.
  return fault && { refusal: fault, at: isForm || service !== 's3' ? 'head' : 'body' };
}

/** What identifies an answer of S3. */
const idFields = (requestId: string): HeaderFields =>
  headerFields([
    ['x-amz-request-id', requestId],
    ['x-amz-id-2', hostIdOf(requestId)],
  ]);

/** Only S3's answers say which host they are from. */
const idsOf = (requestId: string, service: ServiceName): MessageIds => ({
  requestId,
  hostId: isS3(service) ? hostIdOf(requestId) : '',
});

/** The answer to a request that was refused, or that something went wrong with. */
function refusalOf(error: unknown, { wire, codec, ground, noted }: Asked, model?: OperationModel): AnswerMessage {
  const { service } = wire;
  const refusal = error instanceof AwsError ? error : internalError(service);
  if (refusal !== error) ground.failed(error);
  const requestId = noted.requestId ?? newRequestId(service, ground.environment);
  noted.requestId = requestId;
  noted.code = refusal.code;
  const answer = codec.writeError(refusal, idsOf(requestId, service), model, service);
  // SDKs that have asked in the wrong region look for it in refusals, too.
  if (noted.bucketRegion === undefined || answer.headers.has(BUCKET_REGION)) return answer;
  return { ...answer, headers: new Map([...answer.headers, [BUCKET_REGION, [noted.bucketRegion]]]) };
}

function internalError(service: ServiceName): AwsError {
  const [code, message] = serviceFacts[service].internalError;
  return new AwsError(code, message);
}

/** The fields of a form in the body. @throws AwsError MalformedQueryString */
function formFields({ body }: TakenBody): FormFields {
  const text = textOf(body);
  if (text === undefined) throw malformedForm();
  const fields = parseForm(text);
  return (name) => fields.find((field) => field.name === name)?.value;
}

/** The answer to what could not be read as a request, and so is for no service. */
export async function plainRefusal(error: AwsError, environment: Environment): Promise<AnswerMessage> {
  const codec = await loadCodec('rest-xml');
  return ofS3(codec.writeError(error, idsOf(newRequestId('s3', environment), 's3'), undefined, 's3'));
}
