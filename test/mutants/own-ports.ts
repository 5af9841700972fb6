// Jest gives every run in its own process the number 1; two workers' ports would meet.
process.env.JEST_WORKER_ID = process.env.MUTANTS_WORKER;
