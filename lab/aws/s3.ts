import { NoSuchKey, NotFound } from '@aws-sdk/client-s3';
import * as z from 'zod';
import type { Service } from './service.ts';
import { modelled } from './service.ts';

const Address = z.strictObject({ Bucket: z.string(), Key: z.string() });

/** S3: objects, some of which a health check looks at. */
export const s3: Service = {
  ...modelled('HeadObjectCommand', Address, ({ Bucket, Key }, { world }) => {
    if (!world.objects.has(`${Bucket}/${Key}`)) {
      throw new NotFound({ message: 'NotFound', $metadata: { httpStatusCode: 404 } });
    }
    return {};
  }),

  ...modelled('GetObjectCommand', Address, ({ Bucket, Key }, { world }) => {
    const text = world.objects.get(`${Bucket}/${Key}`);
    if (text === undefined)
      throw new NoSuchKey({ message: 'The specified key does not exist.', $metadata: {} });
    return { Body: { transformToString: async () => await Promise.resolve(text) } };
  }),

  ...modelled(
    'PutObjectCommand',
    Address.extend({ Body: z.string(), ContentType: z.string() }),
    ({ Bucket, Key, Body }, { world }) => {
      world.objects.set(`${Bucket}/${Key}`, Body);
      world.routing.setMarker(Bucket, Key, true);
      return {};
    },
  ),

  ...modelled('DeleteObjectCommand', Address, ({ Bucket, Key }, { world }) => {
    world.objects.delete(`${Bucket}/${Key}`);
    world.routing.setMarker(Bucket, Key, false);
    return {};
  }),
};
