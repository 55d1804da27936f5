/* A sweep written by hand in C: momentum on Rosenbrock's valley, for runs that differ in rate and momentum. Blocks of
   runs lie side by side, so that the compiler takes several in one instruction. No run ends early, and nothing is told
   but the last loss. */

#include <stdint.h>

enum { LANES = 64 };

void sweep_momentum(int64_t runs, int64_t steps, double x0, double y0, const double *lr, const double *momentum, double *loss)
{
    for (int64_t begin = 0; begin < runs; begin += LANES) {
        double x[LANES], y[LANES], vx[LANES], vy[LANES];
        for (int i = 0; i < LANES; i++)
            x[i] = x0, y[i] = y0, vx[i] = vy[i] = 0;
        for (int64_t k = 0; k < steps; k++)
            for (int i = 0; i < LANES; i++) {
                double u = 1 - x[i], w = y[i] - x[i] * x[i];
                vx[i] = momentum[begin + i] * vx[i] - lr[begin + i] * (-2 * u - 400 * x[i] * w);
                vy[i] = momentum[begin + i] * vy[i] - lr[begin + i] * (200 * w);
                x[i] += vx[i];
                y[i] += vy[i];
            }
        for (int i = 0; i < LANES; i++) {
            double u = 1 - x[i], w = y[i] - x[i] * x[i];
            loss[begin + i] = u * u + 100 * w * w;
        }
    }
}
