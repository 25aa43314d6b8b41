export * from './throwing.mjs';
