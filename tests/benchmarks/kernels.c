/* The loop of optimizers/_descent.py, the steps and some surfaces, written by hand in C: what the kernels are measured
   against. The work is the same: a surface behind a pointer that returns its whole jet, a row for every iterate, the same
   rules for ending, noise where it is asked for. */

#include <stdbool.h>
#include <math.h>
#include <stdint.h>

typedef struct { double f, fx, fy, fxx, fxy, fyy; } Jet;
typedef Jet (*Surface)(double x, double y, const double *p);

/* Surfaces */

Jet surface_quadratic(double x, double y, const double *p)
{
    double a = p[0], b = p[1], d = p[2];
    double gx = a * x + b * y, gy = b * x + d * y;
    return (Jet){0.5 * (x * gx + y * gy), gx, gy, a, b, d};
}

Jet surface_rosenbrock(double x, double y, const double *p)
{
    double a = p[0], b = p[1], u = a - x, w = y - x * x;
    return (Jet){u * u + b * w * w, -2 * u - 4 * b * x * w, 2 * b * w, 2 - 4 * b * w + 8 * b * x * x, -4 * b * x, 2 * b};
}

Jet surface_himmelblau(double x, double y, const double *p)
{
    double u = x * x + y - 11, w = x + y * y - 7;
    return (Jet){u * u + w * w, 4 * x * u + 2 * w, 2 * u + 4 * y * w, 4 * u + 8 * x * x + 2, 4 * (x + y),
                 2 + 4 * w + 8 * y * y};
}

Jet surface_beale(double x, double y, const double *p)
{
    double y2 = y * y, y3 = y2 * y;
    double a = 1.5 - x + x * y, b = 2.25 - x + x * y2, c = 2.625 - x + x * y3;
    double ax = y - 1, bx = y2 - 1, cx = y3 - 1;
    double ay = x, by = 2 * x * y, cy = 3 * x * y2;
    return (Jet){a * a + b * b + c * c,
                 2 * (a * ax + b * bx + c * cx),
                 2 * (a * ay + b * by + c * cy),
                 2 * (ax * ax + bx * bx + cx * cx),
                 2 * (ax * ay + a + bx * by + 2 * b * y + cx * cy + 3 * c * y2),
                 2 * (ay * ay + by * by + 2 * b * x + cy * cy + 6 * c * x * y)};
}

Jet surface_styblinski_tang(double x, double y, const double *p)
{
    double x2 = x * x, y2 = y * y;
    return (Jet){0.5 * (x2 * x2 - 16 * x2 + 5 * x + y2 * y2 - 16 * y2 + 5 * y),
                 2 * x2 * x - 16 * x + 2.5, 2 * y2 * y - 16 * y + 2.5, 6 * x2 - 16, 0, 6 * y2 - 16};
}

Jet surface_saddle(double x, double y, const double *p)
{
    double c = p[0], yy = y * y;
    return (Jet){x * x - yy * (1 - c * yy), 2 * x, y * (4 * c * yy - 2), 2, 0, 12 * c * yy - 2};
}

Jet surface_easom(double x, double y, const double *p)
{
    double u = x - M_PI, w = y - M_PI, e = exp(-u * u - w * w);
    double cx = cos(x), sx = sin(x), cy = cos(y), sy = sin(y);
    double ax = -sx - 2 * u * cx, ay = -sy - 2 * w * cy;
    double axx = (4 * u * u - 3) * cx + 4 * u * sx, ayy = (4 * w * w - 3) * cy + 4 * w * sy;
    return (Jet){-cx * cy * e, -ax * cy * e, -cx * ay * e, -axx * cy * e, -ax * ay * e, -cx * ayy * e};
}

/* Noise: SplitMix64, Box and Muller */

static const uint64_t GOLDEN = 0x9E3779B97F4A7C15;

static inline uint64_t mixed(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
}

static inline void gaussian(uint64_t seed, uint64_t step, double *z, double *w)
{
    uint64_t state = mixed(seed + GOLDEN) + 2 * step * GOLDEN;
    double u = ((mixed(state) >> 11) + 1.0) * 0x1p-53, v = (mixed(state + GOLDEN) >> 11) * 0x1p-53;
    double r = sqrt(-2 * log(u));
    *z = r * cos(2 * M_PI * v);
    *w = r * sin(2 * M_PI * v);
}

/* Steps */

typedef struct { double a, b, c, d, e, f, g, h; } State;
typedef struct { double dx, dy; State s; } Shift;
typedef struct { double x, y; } Point;
typedef Point (*Look)(double x, double y, State s, const double *h);
typedef struct { double x, y, f, gx, gy, hxx, hxy, hyy; Surface surface; const double *p; } Site;
typedef Shift (*Step)(int64_t k, Site at, State s, const double *h);

typedef Point (*Probe)(double x, double y, double gx, double gy, const double *h);

static inline Point here(double x, double y, State s, const double *h) { return (Point){x, y}; }

static inline Point ahead(double x, double y, State s, const double *h)
{
    return (Point){x + h[1] * s.a, y + h[1] * s.b};
}

static inline Shift sgd(int64_t k, Site at, State s, const double *h)
{
    return (Shift){-h[0] * at.gx, -h[0] * at.gy, s};
}

static inline Shift momentum(int64_t k, Site at, State s, const double *h)
{
    double vx = h[1] * s.a - h[0] * at.gx, vy = h[1] * s.b - h[0] * at.gy;
    return (Shift){vx, vy, {vx, vy, 0, 0}};
}

static inline Point ahead_growing(double x, double y, State s, const double *h)
{
    return (Point){x + s.c * s.a, y + s.c * s.b};
}

static inline Shift nesterov(int64_t k, Site at, State s, const double *h)
{
    double vx = s.c * s.a - h[0] * at.gx, vy = s.c * s.b - h[0] * at.gy;
    return (Shift){vx, vy, {vx, vy, h[2] == 1 ? k / (k + 3.0) : h[1]}};
}

static inline double ratio(double s, double r) { return r > 0 || s != 0 ? s / r : 0; }

static inline Shift adam(int64_t k, Site at, State s, const double *h)
{
    double rate = h[0], beta1 = h[1], beta2 = h[2], delta = h[3];
    double sx = beta1 * s.a + (1 - beta1) * at.gx, sy = beta1 * s.b + (1 - beta1) * at.gy;
    double rx = beta2 * s.c + (1 - beta2) * at.gx * at.gx, ry = beta2 * s.d + (1 - beta2) * at.gy * at.gy;
    double share1 = beta1 * s.e + (1 - beta1), share2 = beta2 * s.f + (1 - beta2);
    double unbias1 = 1 / share1, unbias2 = 1 / share2;
    double dx = ratio(sx * unbias1, sqrt(rx * unbias2) + delta);
    double dy = ratio(sy * unbias1, sqrt(ry * unbias2) + delta);
    return (Shift){-rate * dx, -rate * dy, {sx, sy, rx, ry, share1, share2}};
}

static inline Shift newton(int64_t k, Site at, State s, const double *h)
{
    double a = at.hxx + h[1], d = at.hyy + h[1], determinant = a * d - at.hxy * at.hxy;
    if (determinant == 0)
        return (Shift){NAN, NAN, s};
    return (Shift){h[0] * (at.hxy * at.gy - d * at.gx) / determinant, h[0] * (at.hxy * at.gx - a * at.gy) / determinant, s};
}

static inline Shift adagrad(int64_t k, Site at, State s, const double *h)
{
    double rx = s.a + at.gx * at.gx, ry = s.b + at.gy * at.gy;
    return (Shift){-h[0] * ratio(at.gx, h[1] + sqrt(rx)), -h[0] * ratio(at.gy, h[1] + sqrt(ry)), {rx, ry}};
}

static inline Shift rmsprop(int64_t k, Site at, State s, const double *h)
{
    double rho = h[1], delta = h[2];
    double rx = rho * s.a + (1 - rho) * at.gx * at.gx, ry = rho * s.b + (1 - rho) * at.gy * at.gy;
    return (Shift){-h[0] * ratio(at.gx, sqrt(delta + rx)), -h[0] * ratio(at.gy, sqrt(delta + ry)), {rx, ry}};
}

static inline Shift rmsprop_nesterov(int64_t k, Site at, State s, const double *h)
{
    double alpha = h[1], rho = h[2];
    double rx = rho * s.c + (1 - rho) * at.gx * at.gx, ry = rho * s.d + (1 - rho) * at.gy * at.gy;
    double vx = alpha * s.a - h[0] * ratio(at.gx, sqrt(rx)), vy = alpha * s.b - h[0] * ratio(at.gy, sqrt(ry));
    return (Shift){vx, vy, {vx, vy, rx, ry}};
}

static inline Shift adadelta(int64_t k, Site at, State s, const double *h)
{
    double rho = h[1], delta = h[2];
    double rx = rho * s.a + (1 - rho) * at.gx * at.gx, ry = rho * s.b + (1 - rho) * at.gy * at.gy;
    double dx = ratio(sqrt(s.c + delta), sqrt(rx + delta)) * at.gx;
    double dy = ratio(sqrt(s.d + delta), sqrt(ry + delta)) * at.gy;
    return (Shift){-h[0] * dx, -h[0] * dy, {rx, ry, rho * s.c + (1 - rho) * dx * dx, rho * s.d + (1 - rho) * dy * dy}};
}

static inline Shift adamw(int64_t k, Site at, State s, const double *h)
{
    Shift d = adam(k, at, s, h);
    return (Shift){d.dx - h[0] * (h[4] * at.x), d.dy - h[0] * (h[4] * at.y), d.s};
}

static inline Shift amsgrad(int64_t k, Site at, State s, const double *h)
{
    double rate = h[0], beta1 = h[1], beta2 = h[2], delta = h[3];
    double sx = beta1 * s.a + (1 - beta1) * at.gx, sy = beta1 * s.b + (1 - beta1) * at.gy;
    double rx = beta2 * s.c + (1 - beta2) * at.gx * at.gx, ry = beta2 * s.d + (1 - beta2) * at.gy * at.gy;
    double qx = rx > s.e ? rx : s.e, qy = ry > s.f ? ry : s.f;
    double share1 = beta1 * s.g + (1 - beta1), share2 = beta2 * s.h + (1 - beta2);
    double unbias1 = 1 / share1, unbias2 = 1 / share2;
    double dx = ratio(sx * unbias1, sqrt(qx * unbias2) + delta);
    double dy = ratio(sy * unbias1, sqrt(qy * unbias2) + delta);
    return (Shift){-rate * dx, -rate * dy, {sx, sy, rx, ry, qx, qy, share1, share2}};
}

static inline double sign(double c) { return c > 0 ? 1 : c < 0 ? -1 : c; }

static inline Shift lion(int64_t k, Site at, State s, const double *h)
{
    double beta1 = h[1], beta2 = h[2], shrink = h[3];
    double cx = beta1 * s.a + (1 - beta1) * at.gx, cy = beta1 * s.b + (1 - beta1) * at.gy;
    State after = {beta2 * s.a + (1 - beta2) * at.gx, beta2 * s.b + (1 - beta2) * at.gy};
    return (Shift){-h[0] * (sign(cx) + shrink * at.x), -h[0] * (sign(cy) + shrink * at.y), after};
}

static inline double root_sum(double a, double b, double p, double q)
{
    a = fabs(a), b = fabs(b);
    double most = a >= b ? a : b, least = a >= b ? b : a, of_most = a >= b ? p : q, of_least = a >= b ? q : p;
    double share = most > 0 ? least / most : 0;
    return most * sqrt(of_most + of_least * share * share);
}

static inline double root_mean(double root, double g, double rho) { return root_sum(root, g, rho, 1 - rho); }

static inline double weight(double k, double beta, double psi) { return beta * (1 - pow(0.96, k * psi) / 2); }

static inline Shift nadam(int64_t k, Site at, State s, const double *h)
{
    double rate = h[0], beta = h[1], rho = h[2], delta = h[3];
    double now = weight(k, beta, h[4]), later = weight(k + 1, beta, h[4]), product = (k > 1 ? s.f : 1) * now;
    double of_mean = later / (1 - product * later), of_gradient = (1 - now) / (1 - product);
    double sx = beta * s.a + (1 - beta) * at.gx, sy = beta * s.b + (1 - beta) * at.gy;
    double rx = root_mean(s.c, at.gx, rho), ry = root_mean(s.d, at.gy, rho);
    double share = rho * s.e + (1 - rho), unbias = 1 / sqrt(share);
    double dx = ratio(of_mean * sx + of_gradient * at.gx, rx * unbias + delta);
    double dy = ratio(of_mean * sy + of_gradient * at.gy, ry * unbias + delta);
    return (Shift){-rate * dx, -rate * dy, {sx, sy, rx, ry, share, product}};
}

static inline Shift radam(int64_t k, Site at, State s, const double *h)
{
    double beta1 = h[1], beta2 = h[2], delta = h[3];
    double sx = beta1 * s.a + (1 - beta1) * at.gx, sy = beta1 * s.b + (1 - beta1) * at.gy;
    double rx = root_mean(s.c, at.gx, beta2), ry = root_mean(s.d, at.gy, beta2);
    double share1 = beta1 * s.e + (1 - beta1), share2 = beta2 * s.f + (1 - beta2), unbias = 1 / share1;
    double most = 2 / (1 - beta2) - 1, n = most - 2 * k * (1 - share2) / share2;
    State after = {sx, sy, rx, ry, share1, share2};
    if (n <= 5)
        return (Shift){-h[0] * sx * unbias, -h[0] * sy * unbias, after};
    double rate = h[0] * sqrt((n - 4) / (most - 4) * ((n - 2) / (most - 2)) * (most / n)) * sqrt(share2);
    return (Shift){-rate * ratio(sx * unbias, rx + delta), -rate * ratio(sy * unbias, ry + delta), after};
}

static inline double sized(double turn, double size, const double *h)
{
    return turn > 0 ? fmin(h[2] * size, h[4]) : turn < 0 ? fmax(h[1] * size, h[3]) : size;
}

static inline Shift rprop(int64_t k, Site at, State s, const double *h)
{
    double sx = sign(at.gx), sy = sign(at.gy), turn_x = sx * s.a, turn_y = sy * s.b;
    double size_x = sized(turn_x, k > 1 ? s.c : h[0], h), size_y = sized(turn_y, k > 1 ? s.d : h[0], h);
    sx = turn_x < 0 ? 0 : sx, sy = turn_y < 0 ? 0 : sy;
    return (Shift){-size_x * sx, -size_y * sy, {sx, sy, size_x, size_y}};
}

static inline Point between(double x, double y, State s, const double *h)
{
    return (Point){x + (1 - h[1]) * s.a, y + (1 - h[1]) * s.b};
}

static inline Shift schedule_free_sgd(int64_t k, Site at, State s, const double *h)
{
    double most = fmax(s.c, h[0]), root = root_sum(s.d, most, 1, 1), part = root > 0 ? most / root : 0, c = part * part;
    double ux = s.a - h[0] * (at.gx + h[2] * (at.x + (1 - h[1]) * s.a));
    double uy = s.b - h[0] * (at.gy + h[2] * (at.y + (1 - h[1]) * s.b));
    return (Shift){c * ux, c * uy, {(1 - c) * ux, (1 - c) * uy, most, root}};
}

static inline Shift schedule_free_adamw(int64_t k, Site at, State s, const double *h)
{
    double rho = h[2], delta = h[3], shrink = h[4];
    double rx = root_mean(s.c, at.gx, rho), ry = root_mean(s.d, at.gy, rho);
    double unbiased = rho * s.e + (1 - rho), unbias = 1 / sqrt(unbiased);
    double most = fmax(s.f, h[0]), root = root_sum(s.g, most, 1, 1), part = root > 0 ? most / root : 0, c = part * part;
    double ux = s.a - h[0] * (ratio(at.gx, rx * unbias + delta) + shrink * (at.x + (1 - h[1]) * s.a));
    double uy = s.b - h[0] * (ratio(at.gy, ry * unbias + delta) + shrink * (at.y + (1 - h[1]) * s.b));
    return (Shift){c * ux, c * uy, {(1 - c) * ux, (1 - c) * uy, rx, ry, unbiased, most, root}};
}

static inline Point climb(double x, double y, double gx, double gy, const double *h)
{
    double norm = root_sum(gx, gy, 1, 1);
    return norm != 0 ? (Point){x + h[1] * (gx / norm), y + h[1] * (gy / norm)} : (Point){x, y};
}

static inline Shift sam(int64_t k, Site at, State s, const double *h)
{
    double vx = h[2] * s.a - h[0] * at.gx, vy = h[2] * s.b - h[0] * at.gy;
    return (Shift){vx, vy, {vx, vy}};
}

static inline Shift damped_newton(int64_t k, Site at, State s, const double *h)
{
    double alpha = k > 1 ? s.a : h[0], rise = k > 1 ? s.b : h[1];
    double a = at.hxx + alpha, d = at.hyy + alpha, determinant = a * d - at.hxy * at.hxy;
    if (a > 0 && determinant > 0) {
        double dx = (at.hxy * at.gy - d * at.gx) / determinant, dy = (at.hxy * at.gx - a * at.gy) / determinant;
        double f = at.surface(at.x + dx, at.y + dy, at.p).f, slack = 1e-12 * fabs(at.f);
        double promised = 0.5 * (alpha * (dx * dx + dy * dy) - (at.gx * dx + at.gy * dy));
        if ((at.f - f + slack) / (promised + slack) > 0)
            return (Shift){dx, dy, {fmax(alpha / h[1], 0x1p-1022), h[1], 0, 0}};
    }
    return (Shift){0, 0, {alpha * rise, rise * h[1], 0, 0}};
}

static inline Shift saddle_free_newton(int64_t k, Site at, State s, const double *h)
{
    double middle = (at.hxx + at.hyy) / 2, half = (at.hxx - at.hyy) / 2, radius = hypot(half, at.hxy);
    double large = middle + copysign(radius, middle);
    double small = large != 0 ? at.hxx / large * at.hyy - at.hxy / large * at.hxy : 0;
    double high = fabs(middle >= 0 ? large : small) + h[1], low = fabs(middle >= 0 ? small : large) + h[1];
    if (high == 0 || low == 0)
        return (Shift){NAN, NAN, s};
    double vx = 1, vy = 0;
    if (radius != 0) {
        vx = half >= 0 ? radius + half : at.hxy, vy = half >= 0 ? at.hxy : radius - half;
        double length = hypot(vx, vy);
        vx /= length, vy /= length;
    }
    double u = (vx * at.gx + vy * at.gy) / high, w = (vx * at.gy - vy * at.gx) / low;
    return (Shift){-h[0] * (u * vx - w * vy), -h[0] * (u * vy + w * vx), s};
}

/* The loop */

enum { OUT_OF_STEPS, AT_REST, LEFT, LOSS, NOT_A_NUMBER, SINGULAR };

static double INFIMUM, RADIUS;

void measure(double infimum, double radius)
{
    INFIMUM = infimum, RADIUS = radius;
}

static inline __attribute__((always_inline)) bool rests(Jet j, double gx, double gy, Shift d)
{
    double rest = 1e-9, reach = rest * RADIUS, to_lose = fmax(j.f - INFIMUM, 0.0);
    if (fabs(d.dx) + fabs(d.dy) > 2 * reach)
        return false;
    double norm = fmax(fmax(fabs(j.fxx), fabs(j.fxy)), fabs(j.fyy)), steep = fmax(fabs(gx), fabs(gy));
    if (steep * RADIUS > rest * to_lose && steep > 2 * norm * reach)
        return false;
    if (hypot(d.dx, d.dy) > reach)
        return false;
    if (hypot(gx, gy) * RADIUS <= rest * to_lose)
        return true;
    double a = j.fxx / norm, b = j.fxy / norm, c = j.fyy / norm, u = gx / norm, v = gy / norm;
    return norm > 0 && hypot(c * u - b * v, a * v - b * u) < reach * fabs(a * c - b * b);
}

static inline __attribute__((always_inline)) int64_t descend(
    Look look, Probe probe, Step step, Surface surface, const double *p, double x, double y, const double *h, int64_t n,
    double sigma, uint64_t seed, double (*record)[5])
{
    State s = {0};
    int64_t k = 0, end = OUT_OF_STEPS;
    for (;; k++) {
        Jet j = surface(x, y, p);
        double gx = j.fx, gy = j.fy;
        record[k][0] = x, record[k][1] = y, record[k][2] = j.f, record[k][3] = gx, record[k][4] = gy;
        if (!(fabs(x) <= 1e8 && fabs(y) <= 1e8)) {
            end = LEFT;
            break;
        }
        if (!(fabs(j.f) <= 1e300)) {
            end = isnan(j.f) ? NOT_A_NUMBER : LOSS;
            break;
        }
        Point at = look(x, y, s, h);
        if (at.x != x || at.y != y) {
            Jet there = surface(at.x, at.y, p);
            gx = there.fx, gy = there.fy;
        }
        if (sigma > 0) {
            double z, w;
            gaussian(seed, (uint64_t)k, &z, &w);
            gx += sigma * z, gy += sigma * w;
        }
        if (probe) {
            at = probe(at.x, at.y, gx, gy, h);
            Jet there = surface(at.x, at.y, p);
            gx = there.fx, gy = there.fy;
            if (sigma > 0) {
                double z, w;
                gaussian(seed, (uint64_t)k, &z, &w);
                gx += sigma * z, gy += sigma * w;
            }
        }
        record[k][3] = gx, record[k][4] = gy;
        Shift d = step(k + 1, (Site){x, y, j.f, gx, gy, j.fxx, j.fxy, j.fyy, surface, p}, s, h);
        if (rests(j, gx, gy, d)) {
            end = AT_REST;
            break;
        }
        if (isnan(d.dx) || isnan(d.dy)) {
            end = isfinite(gx) && isfinite(gy) ? SINGULAR : NOT_A_NUMBER;
            break;
        }
        if (k == n)
            break;
        x += d.dx, y += d.dy, s = d.s;
    }
    return 8 * k + end;
}

#define PROBING(name, look, probe)                                                                                         \
    int64_t trace_##name(Surface f, const double *p, double x, double y, const double *h, int64_t n, double sigma,         \
                         uint64_t seed, double (*record)[5])                                                               \
    {                                                                                                                      \
        return descend(look, probe, name, f, p, x, y, h, n, sigma, seed, record);                                          \
    }
#define TRACE(name, look) PROBING(name, look, 0)

TRACE(sgd, here)
TRACE(momentum, here)
TRACE(nesterov, ahead_growing)
TRACE(adam, here)
TRACE(newton, here)
TRACE(adagrad, here)
TRACE(rmsprop, here)
TRACE(rmsprop_nesterov, ahead)
TRACE(adadelta, here)
TRACE(adamw, here)
TRACE(amsgrad, here)
TRACE(lion, here)
TRACE(nadam, here)
TRACE(radam, here)
TRACE(rprop, here)
TRACE(schedule_free_sgd, between)
TRACE(schedule_free_adamw, between)
PROBING(sam, here, climb)
TRACE(damped_newton, here)
TRACE(saddle_free_newton, here)
